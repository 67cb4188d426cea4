/* Planted: a header that does not compile alone. */
int header_count(const struct vec *of, size_t n);
