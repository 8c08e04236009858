/* What was read from a page: its fields, its text, and how the reading went. */
import { cx, html, useLayoutEffect, useRef } from '/kit/html.js';
import { Button } from '/kit/button.js';
import { Icon } from '/kit/icon.js';
import { useI18n } from '/kit/i18n.js';
import { Table } from '/kit/table.js';
import { Tabs } from '/kit/tabs.js';
import { LOW, WEAK } from '/page-index.js';
import { moveByKey } from '/viewer.js';

const keyOf = el => el?.closest?.('[data-k]')?.dataset.k || null;

/* Links a list of elements carrying data-k with the picture: pointer, focus and click. */
function useLinked(link, from, onChoose) {
    const root = useRef(null);
    useLayoutEffect(() => link.join({
        root: root.current,
        onChoose: (key, by) => by !== from && onChoose?.(root.current, key, by),
        onPoint: (key, by) => {
            if (by === 'picture' && key) {
                root.current.querySelector('.lit')?.scrollIntoView({ block: 'nearest' });
            }
        },
    }), [link]);
    return {
        ref: root,
        onPointerOver: e => e.pointerType === 'mouse' && link.point(keyOf(e.target), from),
        onPointerLeave: () => link.point(null, from),
        onFocusIn: e => link.point(keyOf(e.target), from),
        onFocusOut: () => link.point(null, from),
    };
}

const scrollToChosen = root => root.querySelector('.on')?.scrollIntoView({ block: 'nearest' });

function Confidence({ value }) {
    const { t } = useI18n();
    const percent = t.percent(value);
    return html`<span class=${cx('sure', value < LOW && 'low')} title=${t('panel.confidence', { percent })}>
        <span class="sr">${t('panel.confidence', { percent })}</span>
        <span class="sure-bar" aria-hidden="true"><span style=${{ width: percent }}></span></span>
        <span aria-hidden="true">${percent}</span>
    </span>`;
}

function FieldRow({ field, onGo, onCopy }) {
    const { t } = useI18n();
    const name = t.or(`field.${field.name}`, field.name);
    const other = field.normalised && field.normalised !== field.value ? field.normalised : null;
    return html`<div class="field" data-k=${field.key}>
        <button type="button" class="field-go" onClick=${() => onGo(field.key)}>
            <span class="field-name">${name}</span>
            <span class="field-value">${field.value}
                ${other && html`<span class="field-normal">${other}</span>`}</span>
            <${Confidence} value=${field.confidence} />
        </button>
        <${Button} kind="quiet" icon="copy" class="field-copy" label=${t('fields.copy', { name })}
            onClick=${() => onCopy(field.normalised || field.value || '')} />
    </div>`;
}

function FieldList({ field, onGo }) {
    const { t } = useI18n();
    const names = [...new Set(field.rows.flatMap(r => r.cells.map(c => c.name)))];
    const cellOf = (row, name) => row.cells.find(c => c.name === name);
    const number = name => field.rows.some(r => ['amount', 'number', 'integer'].includes(cellOf(r, name)?.type));
    const columns = names.map(n => ({ key: n, label: t.or(`field.${n}`, n), end: number(n) }));
    const rows = field.rows.map(row => {
        const cells = Object.fromEntries(row.cells.map(c => [c.name, c.value]));
        /* the first cell is the row's handle for the keyboard */
        cells[names[0]] = html`<button type="button" class="cell-go" onClick=${() => onGo(row.key)}>${
            cells[names[0]] || '–'}</button>`;
        return { ...cells, row };
    });
    return html`<section class="field-list">
        <h2>${t.or(`field.${field.name}`, field.name)}
            <small>${t('fields.list', { count: field.rows.length })}</small></h2>
        <div class="scroll-x"><${Table} columns=${columns} rows=${rows}
            label=${t.or(`field.${field.name}`, field.name)}
            rowProps=${r => ({ 'data-k': r.row.key })}
            cellProps=${(r, c) => {
                const cell = cellOf(r.row, c.key);
                return cell && { 'data-k': cell.key, class: cx(c.end && 'end', cell.confidence < LOW && 'low') };
            }} /></div>
    </section>`;
}

function Fields({ page, index, link, onCopy }) {
    const { t } = useI18n();
    const linked = useLinked(link, 'fields', scrollToChosen);
    const form = page.form?.type || 'unknown';
    const go = key => link.choose(key, 'fields', true);
    const known = form !== 'unknown';
    if (page.error) {
        return html`<div ref=${linked.ref}></div>`;
    }
    return html`<div class="fields" ...${linked}>
        <p class="form-type"><${Icon} name="page" /><strong>${t.or(`form.${form}`, form)}</strong>
            ${known && html`<span title=${t('panel.sure')}>${t.percent(page.form.confidence)}</span>`}</p>
        ${index.fields.length === 0 && html`<p class="empty">${t(known ? 'fields.empty' : 'fields.none')}</p>`}
        ${index.fields.filter(f => !f.rows).map(f => html`<${FieldRow} key=${f.key} field=${f}
            onGo=${go} onCopy=${onCopy} />`)}
        ${index.fields.filter(f => f.rows?.length).map(f => html`<${FieldList} key=${f.key} field=${f}
            onGo=${go} />`)}
    </div>`;
}

/* One tab stop for all words; the arrow keys move it. */
function focusWord(root, key, take) {
    const word = root.querySelector(`[data-k="${key}"]`);
    if (!word) {
        return;
    }
    root.querySelectorAll('[tabindex="0"]').forEach(el => el.setAttribute('tabindex', '-1'));
    word.setAttribute('tabindex', '0');
    word.scrollIntoView({ block: 'nearest' });
    if (take) {
        word.focus();
    }
}

function Word({ word, first }) {
    const { t } = useI18n();
    const percent = t.percent(word.confidence);
    const mark = c => (c.confidence < WEAK ? html`<b>${c.text}</b>` : c.text);
    const label = t(word.low ? 'text.word.low' : 'text.word', { text: word.text, percent });
    return html`<span class=${cx('word', word.low && 'low')} data-k=${word.key} role="option"
        aria-label=${label} title=${percent} tabindex=${first ? 0 : -1}>${
            word.low && word.chars?.length > 0 ? word.chars.map(mark) : word.text}</span>`;
}

function Text({ index, link, onCheck }) {
    const { t } = useI18n();
    const linked = useLinked(link, 'text', (root, key, by) => focusWord(root, key, by === 'check'));
    const count = index.low.length;
    if (index.words.length === 0) {
        return html`<p class="empty" ref=${linked.ref}>${t('text.none')}</p>`;
    }
    const key = e => {
        const word = keyOf(e.target);
        if (word && word !== link.chosen) {
            link.chosen = word;
        }
        if (word && moveByKey(e, link, index, 'text')) {
            focusWord(linked.ref.current, link.chosen, true);
            e.stopPropagation();
        }
    };
    const click = e => {
        const word = keyOf(e.target);
        if (word && getSelection().isCollapsed) {
            focusWord(linked.ref.current, word, true);
            link.choose(word, 'text', true);
        }
    };
    return html`<div class="text">
        <p class=${cx('check', count > 0 && 'check-some')}>
            <span>${count === 0 ? t('text.check.none', { count: index.words.length })
                : t(count === 1 ? 'text.check.one' : 'text.check', { count })}</span>
            ${count > 0 && html`<${Button} onClick=${onCheck}>${t('text.check.next')}<//>`}
        </p>
        <div class="rows" role="listbox" aria-label=${t('text.words')} ...${linked}
            onKeyDown=${key} onClick=${click}>
            ${index.rows.map(row => html`<div class=${cx('row', row.gap && 'row-gap')} role="presentation">
                ${row.lines.map(line => html`<span class="line" role="presentation">
                    ${line.words.map(w => html`<${Word} word=${w} first=${w.i === 0} />${' '}`)}</span>`)}
            </div>`)}
        </div>
    </div>`;
}

function Details({ reading, page, index }) {
    const { t } = useI18n();
    const row = (key, value) => ({ name: t(`details.${key}`), value });
    const ms = v => t('details.ms', { ms: t.number(v, v < 10 ? 1 : 0) });
    const rows = [
        row('file', page.source || reading.name),
        row('format', (reading.format || '').toUpperCase()),
        row('read', t.time(reading.read_at)),
        row('size', t('details.pixels', { width: page.width, height: page.height })),
        page.dpi && row('dpi', `${t.number(page.dpi)} dpi`),
        page.rotation && row('rotation', `${page.rotation}°`),
        page.skew && row('skew', `${t.number(page.skew, 1)}°`),
        row('source', t(page.text_layer ? 'details.layer' : 'details.ocr')),
        row('words', t.number(index.words.length)),
        row('detector', reading.models?.detector),
        row('recogniser', reading.models?.recogniser),
        page.timings && row('time', ms(page.timings.total_ms)),
        row('id', html`<code>${reading.id}</code>`),
    ].filter(r => r && r.value);
    const columns = [{ key: 'name' }, { key: 'value' }];
    const stages = Object.entries(page.timings?.stages_ms || {}).filter(([, v]) => v >= 0.05)
        .map(([name, v]) => ({ name: t.or(`stage.${name}`, name), value: ms(v) }));
    return html`<div class="details">
        <${Table} columns=${columns} rows=${rows} rowHead label=${t('panel.details')} />
        ${stages.length > 0 && html`<h2>${t('details.stages')}</h2>
            <${Table} columns=${[columns[0], { ...columns[1], end: true }]} rows=${stages} rowHead
                label=${t('details.stages')} />`}
    </div>`;
}

export function Panel({ reading, page, index, link, tab, onTab, onCopy, onCheck }) {
    const { t } = useI18n();
    const tabs = [
        { id: 'fields', label: t('panel.fields'), count: index.fields.length,
          render: () => html`<${Fields} key=${page.number} page=${page} index=${index} link=${link} onCopy=${onCopy} />` },
        { id: 'text', label: t('panel.text'), count: index.words.length,
          render: () => html`<${Text} key=${page.number} index=${index} link=${link} onCheck=${onCheck} />` },
        { id: 'details', label: t('panel.details'),
          render: () => html`<${Details} reading=${reading} page=${page} index=${index} />` },
    ];
    return html`<section class="panel" aria-label=${t('panel.label')}>
        <${Tabs} tabs=${tabs} current=${tab} onChange=${onTab} label=${t('panel.label')} />
    </section>`;
}
