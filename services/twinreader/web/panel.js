/* What was read from a page: its fields, its text, and how the reading went. */
import { cx, html, useLayoutEffect, useRef, useState } from '/kit/html.js';
import { Button } from '/kit/button.js';
import { useI18n } from '/kit/i18n.js';
import { Table } from '/kit/table.js';
import { Tabs } from '/kit/tabs.js';
import { Editor } from '/editor.js';
import { Fields } from '/fields.js';
import { keyOf, useLinked } from '/linked.js';
import { WEAK } from '/page-index.js';
import { moveByKey } from '/viewer.js';

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
    const label = t(word.corrected ? 'text.word.corrected' : word.low ? 'text.word.low' : 'text.word',
        { text: word.text, percent });
    return html`<span class=${cx('word', word.low && 'low', word.corrected && 'word-done')} data-k=${word.key} role="option"
        aria-label=${label} title=${word.corrected ? t('edit.corrected') : percent} tabindex=${first ? 0 : -1}>${
            word.low && word.chars?.length > 0 ? word.chars.map(mark) : word.text}</span>`;
}

/* The chosen word's own button: drawn by itself, as the words are not drawn anew for a choice. */
function EditChosen({ link, onEdit }) {
    const { t } = useI18n();
    const root = useRef(null);
    const isWord = key => key?.[0] === 'w';
    const [some, setSome] = useState(isWord(link.chosen));
    useLayoutEffect(() => link.join({ root: root.current, onChoose: key => setSome(isWord(key)) }), [link]);
    return html`<span ref=${root}><${Button} kind="quiet" icon="edit" class="word-edit" disabled=${!some}
        label=${t('text.edit')} onClick=${() => onEdit(link.chosen)} /></span>`;
}

function Text({ index, link, edit, onCheck }) {
    const { t } = useI18n();
    const root = useRef(null);
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
        if (word && e.key === 'Enter') {
            e.preventDefault();
            e.stopPropagation();
            link.choose(word, 'text', true);
            edit.start(word);
        } else if (word && moveByKey(e, link, index, 'text')) {
            focusWord(linked.ref.current, link.chosen, true);
            e.stopPropagation();
        }
    };
    const click = e => {
        const word = keyOf(e.target);
        if (word && getSelection().isCollapsed) {
            const again = link.chosen === word;
            focusWord(linked.ref.current, word, true);
            link.choose(word, 'text', true);
            if (again) {
                edit.start(word);
            }
        }
    };
    const editing = edit.key?.[0] === 'w' && index.byKey.get(edit.key);
    return html`<div class="text" ref=${root}>
        <p class=${cx('check', count > 0 && 'check-some')}>
            <span>${count === 0 ? t('text.check.none', { count: index.words.length })
                : t(count === 1 ? 'text.check.one' : 'text.check', { count })}</span>
            <span class="check-tools"><${EditChosen} link=${link} onEdit=${edit.start} />
            ${count > 0 && html`<${Button} onClick=${() => onCheck(1)}>${t('text.check.next')}<//>`}</span>
        </p>
        <div class="rows" role="listbox" aria-label=${t('text.words')} ...${linked}
            onKeyDown=${key} onClick=${click}>
            ${index.rows.map(row => html`<div class=${cx('row', row.gap && 'row-gap')} role="presentation">
                ${row.lines.map(line => html`<span class="line" role="presentation">
                    ${line.words.map(w => html`<${Word} word=${w} first=${w.i === 0} />${' '}`)}</span>`)}
            </div>`)}
        </div>
        ${editing && html`<${Editor} key=${edit.key} root=${root} thing=${editing} name=${t('edit.word')}
            ...${edit.of(editing)} />`}
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

export function Panel({ reading, page, index, link, tab, edit, onTab, onCopy, onCheck }) {
    const { t } = useI18n();
    const tabs = [
        { id: 'fields', label: t('panel.fields'), count: index.fields.filter(f => f.rows || f.value !== null).length,
          render: () => html`<${Fields} key=${page.number} page=${page} index=${index} link=${link} edit=${edit}
              onCopy=${onCopy} onStep=${onCheck} />` },
        { id: 'text', label: t('panel.text'), count: index.words.length,
          render: () => html`<${Text} key=${page.number} index=${index} link=${link} edit=${edit}
              onCheck=${onCheck} />` },
        { id: 'details', label: t('panel.details'),
          render: () => html`<${Details} reading=${reading} page=${page} index=${index} />` },
    ];
    return html`<section class="panel" aria-label=${t('panel.label')}>
        <${Tabs} tabs=${tabs} current=${tab} onChange=${onTab} label=${t('panel.label')} />
    </section>`;
}
