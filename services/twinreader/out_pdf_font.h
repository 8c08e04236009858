/*
 * The font of a searchable PDF: glyphs without ink, all of one width, for text that is there to be
 * searched and selected while the picture is what is seen.
 *
 * Characters get identifiers (CIDs) 1, 2, 3 ... in the order in which they are first used; a
 * ToUnicode map leads back.  So any script works, and the font program itself stays at two empty
 * glyphs.
 *
 * Lifetime: create to destroy, one per document.  Threads: one at a time.
 */
#ifndef TWINREADER_OUT_PDF_FONT_H
#define TWINREADER_OUT_PDF_FONT_H

#include "base/arena.h"
#include "base/buf.h"

#include <stdint.h>

/* Advance, ascent and descent in thousandths of the font size: ascent and descent add up to one, so
 * that a font as high as a word's box fills it exactly. */
enum { OUT_PDF_ADVANCE = 500, OUT_PDF_ASCENT = 800, OUT_PDF_DESCENT = 200 };

struct out_pdf_font;

/* Returns an empty font in the arena, or NULL. */
struct out_pdf_font *out_pdf_font_create(struct arena *a);

/* Returns the identifier of a code point, or 0 (no glyph) when there are too many or no memory. */
uint16_t out_pdf_font_cid(struct out_pdf_font *f, uint32_t code);

/* Appends the TrueType font program. */
void out_pdf_font_program(struct buf *out);

/* Appends the stream that gives each identifier its glyph. */
void out_pdf_font_glyphs(const struct out_pdf_font *f, struct buf *out);

/* Appends the CMap that gives each identifier its Unicode text. */
void out_pdf_font_unicode(const struct out_pdf_font *f, struct buf *out);

/* Appends one code point as hexadecimal UTF-16, big-endian. */
void out_pdf_utf16(struct buf *out, uint32_t code);

#endif
