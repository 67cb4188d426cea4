/* Planted: a test program without a test. */
