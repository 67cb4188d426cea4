#include "report/role.h"

json_t *
role_json(const struct role *role)
{
	json_t *o = json_object();

	json_put(o, "role", json_foreign(role->name));
	json_put(o, "title", json_foreign(role->title));
	json_put(o, "product", json_foreign(role->product->name));
	json_put(o, "file", json_foreign(role->file));
	json_put(o, "digest", json_hex(BYTES(role->digest, sizeof(role->digest))));
	json_put(o, "compiled", json_lines(role->canonical));
	return o;
}
