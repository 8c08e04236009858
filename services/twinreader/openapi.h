/*
 * The OpenAPI document as it was built in: JSON, with @VERSION@ and the like to be filled in by
 * routes_openapi.  Its source is openapi.json, joined with the published schema of a reading.
 */
#ifndef TWINREADER_OPENAPI_H
#define TWINREADER_OPENAPI_H

extern const char openapi_text[];

#endif
