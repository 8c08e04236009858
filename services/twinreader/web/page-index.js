/*
 * A page of a reading, indexed for the two panes: words numbered in reading order, fields with the
 * words they cover, both under one kind of key.
 *
 *     w12      word 12          f3        field 3
 *     f5.0     row 0 of list 5  f5.0.2    cell 2 of that row
 *
 * A word or field that can be corrected has a target as well, its name in the server's addresses.
 *
 * Pure functions, no DOM.
 */

/* A field below LOW is marked for a person to look at; a word is when its weakest character is below
 * WEAK.  A word's mean hides one bad character in ten: on receipts the weakest below 0.7 picks words of
 * which three in five differ from the truth, the mean at the same number of words one in two. */
export const LOW = 0.8;
export const WEAK = 0.7;

/* Why a field is to be looked at, most urgent first. */
export const [FAILED, MISSING, UNSURE] = [1, 2, 3];

/* The upright rectangle around boxes of four corners [x1, y1, ... y4]; null when there are none. */
export function boundsOf(boxes) {
    const xs = [];
    const ys = [];
    for (const box of boxes) {
        for (let i = 0; box && i < 8; i += 2) {
            xs.push(box[i]);
            ys.push(box[i + 1]);
        }
    }
    if (xs.length === 0) {
        return null;
    }
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y };
}

export const polygonPoints = box => {
    const points = [];
    for (let i = 0; i < 8; i += 2) {
        points.push(`${box[i]},${box[i + 1]}`);
    }
    return points.join(' ');
};

function indexWords(page) {
    const words = [];
    const lines = page.lines.map((line, l) => {
        const first = words.length;
        line.words.forEach((word, k) => {
            const weakest = Math.min(word.confidence, ...(word.chars || []).map(c => c.confidence));
            words.push({
                ...word, i: words.length, key: `w${words.length}`, target: `word:${l}:${k}`,
                bounds: boundsOf([word.box]), low: weakest < WEAK && !word.corrected,
            });
        });
        return { row: line.row, block: line.block, words: words.slice(first) };
    });
    return { words, lines };
}

/* Lines that share a row are printed beside each other; a new block starts with some space. */
function groupRows(lines) {
    const rows = [];
    for (const line of lines) {
        const last = rows[rows.length - 1];
        if (last && last.row === line.row && last.block === line.block) {
            last.lines.push(line);
        } else {
            rows.push({ row: line.row, block: line.block, lines: [line], gap: !!last && last.block !== line.block });
        }
    }
    return rows;
}

/* A word belongs to a box when its middle lies in it. */
function wordsInside(words, bounds) {
    return words.filter(({ bounds: b }) => {
        const [x, y] = [b.x + b.w / 2, b.y + b.h / 2];
        return x >= bounds.x && x <= bounds.x + bounds.w && y >= bounds.y && y <= bounds.y + bounds.h;
    }).map(w => w.key);
}

/* What the verdict says, by the name of the field; "total: sum fails" gives total its "sum fails". */
function reasonsByName(form) {
    const reasons = new Map();
    for (const reason of form.reasons || []) {
        const [, name, text] = reason.match(/^([^\s:]+):\s*(.*)$/) || [];
        if (name) {
            reasons.set(name, [...(reasons.get(name) || []), text]);
        }
    }
    return reasons;
}

/* Fields that the form wants and that were not found. */
function missingFields(form, reasons) {
    const there = new Set((form.fields || []).map(f => f.name));
    return [...reasons].filter(([name, texts]) => isAbsent(texts) && !there.has(name))
        .map(([name]) => ({ name, type: 'text', value: null, normalised: null, confidence: 0, box: null }));
}

/* Reasons that say that there is no value. */
const ABSENT = ['not found', 'its label has no value'];
const isAbsent = reasons => reasons.some(r => ABSENT.includes(r));

const failedOf = f => (f.corrected ? [] : (f.checks || []).filter(c => !c.passed));

/* Why a person should look at a field first: the lower, the sooner; 0 for no reason. */
function urgency(f, failed, reasons) {
    if (f.corrected) {
        return 0;
    }
    if (failed.length > 0) {
        return FAILED;
    }
    if (!f.rows && typeof f.value !== 'string') {
        return isAbsent(reasons) ? MISSING : 0;
    }
    return reasons.length > 0 || (!f.rows && f.confidence < LOW) ? UNSURE : 0;
}

/* What is said of a list and concerns one of its cells: a word that is not known, and the least sure
 * cell of a column. */
function concernsCell(list, cell, reasons) {
    const failed = (list.checks || []).filter(c => !c.passed && c.detail === `"${cell.value}" is not known`);
    /* The percentage was rounded down before the confidence was rounded to four places: 92.997 is "92" there and
     * 93.00 here. */
    const said = [1e-4, -0.0051].map(d => `${cell.name} ${Math.floor(cell.confidence * 100 + d)} % sure`);
    const unsure = reasons.filter(r => said.includes(r));
    return { failed, unsure };
}

function indexFields(page, words) {
    const form = page.form || {};
    const reasons = reasonsByName(form);
    const fields = [...(form.fields || []), ...missingFields(form, reasons)];
    const named = new Set(); /* a name stands for the first field that has it */
    const told = new Set(fields.filter(f => !f.rows).flatMap(f => failedOf(f).map(c => c.detail)));
    const place = (key, f, boxes, { failed = failedOf(f), why = [], ...more } = {}) => {
        const bounds = boundsOf(boxes);
        return {
            ...f, ...more, key, bounds, failed, why, urgency: urgency(f, failed, why),
            words: bounds ? wordsInside(words, bounds) : [],
        };
    };
    const placeRow = (f, i, r, cells, first) => {
        const inside = cells.map((c, k) => {
            const { failed, unsure } = concernsCell(f, c, reasons.get(f.name) || []);
            const target = first && cells.findIndex(o => o.name === c.name) === k;
            return place(`f${i}.${r}.${k}`, c, [c.box], {
                list: f.name, row: r, failed: c.corrected ? [] : [...failedOf(c), ...failed], why: unsure,
                target: target ? `field:${f.name}:${r}:${c.name}` : null,
            });
        });
        return { ...place(`f${i}.${r}`, { corrected: true }, cells.map(c => c.box)), cells: inside };
    };
    return fields.map((f, i) => {
        const first = !named.has(f.name);
        named.add(f.name);
        if (!f.rows) {
            return place(`f${i}`, f, [f.box], { why: (first && reasons.get(f.name)) || [], target: first ? `field:${f.name}` : null });
        }
        const rows = f.rows.map((cells, r) => placeRow(f, i, r, cells, first));
        const inCells = new Set(rows.flatMap(r => r.cells.flatMap(c => c.failed)));
        const failed = failedOf(f).filter(c => !told.has(c.detail) && !inCells.has(c));
        return { ...place(`f${i}`, f, f.box ? [f.box] : f.rows.flat().map(c => c.box), { failed }), rows };
    });
}

/* Everything the panes need of one page. */
export function indexPage(page) {
    const { words, lines } = indexWords(page);
    const fields = indexFields(page, words);
    const byKey = new Map(words.map(w => [w.key, w]));
    const all = fields.flatMap(f => [f, ...(f.rows || []).flatMap(r => [r, ...r.cells])]);
    const ofWord = new Map(); /* word key -> keys of the fields, rows and cells that cover it */
    for (const f of all) {
        byKey.set(f.key, f);
        for (const w of f.words) {
            ofWord.set(w, [...(ofWord.get(w) || []), f.key]);
        }
    }
    const review = fields.flatMap(f => [f, ...(f.rows || []).flatMap(r => r.cells)])
        .filter(f => f.urgency).sort((a, b) => a.urgency - b.urgency || a.confidence - b.confidence);
    return { words, rows: groupRows(lines), fields, byKey, ofWord, review, low: words.filter(w => w.low) };
}

/* All keys that light up together with `key`. */
export function linkedKeys(index, key) {
    const thing = index.byKey.get(key);
    if (!thing) {
        return [];
    }
    return key[0] === 'w' ? [key, ...(index.ofWord.get(key) || [])] : [key, ...thing.words];
}

/* The word to go to from word `from` (-1: none) by an arrow key, or null when the key is none. */
export function neighbour(index, from, arrow) {
    const { words } = index;
    if (words.length === 0 || !/^(Arrow|Home$|End$)/.test(arrow)) {
        return null;
    }
    const w = words[from];
    if (!w) {
        return words[0];
    }
    if (arrow === 'ArrowLeft' || arrow === 'ArrowRight') {
        return words[from + (arrow === 'ArrowLeft' ? -1 : 1)] || w;
    }
    const row = index.rows.findIndex(r => r.lines.some(l => l.words.includes(w)));
    const inRow = r => index.rows[r]?.lines.flatMap(l => l.words) || [];
    if (arrow === 'Home' || arrow === 'End') {
        return inRow(row).at(arrow === 'Home' ? 0 : -1);
    }
    const step = arrow === 'ArrowUp' ? -1 : 1;
    let to = row + step;
    while (to >= 0 && to < index.rows.length && inRow(to).length === 0) {
        to += step;
    }
    const middle = v => v.bounds.x + v.bounds.w / 2;
    const distance = v => Math.abs(middle(v) - middle(w));
    return inRow(to).reduce((best, v) => (best && distance(best) <= distance(v) ? best : v), null) || w;
}

/* The page's text as it is copied: rows as lines, a wide gap inside a row as a tab. */
export const textOf = index => index.rows.map(r => (r.gap ? '\n' : '')
    + r.lines.map(l => l.words.map(w => w.text).join(' ')).join('\t')).join('\n');
