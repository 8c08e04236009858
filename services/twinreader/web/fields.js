/* The fields of a page: the verdict, what to review first, values with their checks, lists as tables. */
import { cx, html, useRef } from '/kit/html.js';
import { Button } from '/kit/button.js';
import { useI18n } from '/kit/i18n.js';
import { Icon } from '/kit/icon.js';
import { Table } from '/kit/table.js';
import { Editor } from '/editor.js';
import { useLinked } from '/linked.js';
import { LOW } from '/page-index.js';
import { checkName, detailText, nameOf, ReviewList, Verdict } from '/review.js';

function Confidence({ value }) {
    const { t } = useI18n();
    const percent = t.percent(value);
    return html`<span class=${cx('sure', value < LOW && 'low')} title=${t('panel.confidence', { percent })}>
        <span class="sr">${t('panel.confidence', { percent })}</span>
        <span class="sure-bar" aria-hidden="true"><span style=${{ width: percent }}></span></span>
        <span aria-hidden="true">${percent}</span>
    </span>`;
}

/* Checks as marks: one for all that passed, one for each that did not.  What each says is read out, and
 * shown while the place has the pointer or the focus. */
function Marks({ checks }) {
    const { t } = useI18n();
    if (!checks?.length) {
        return null;
    }
    const said = c => [t(c.passed ? 'check.passed' : 'check.failed', { name: checkName(t, c) }), detailText(t, c)]
        .filter(Boolean).join('. ');
    const passed = checks.filter(c => c.passed);
    const mark = (kind, sign, some) => html`<span class=${cx('mark', `mark-${kind}`)}>
        <span aria-hidden="true">${sign}</span><span class="sr">${some.map(said).join('. ')}. </span></span>`;
    return html`<span class="marks">
        ${passed.length > 0 && mark('ok', '✓', passed)}
        ${checks.filter(c => !c.passed).map(c => mark('bad', '✗', [c]))}
        <span class="marks-tip" aria-hidden="true">${checks.map(c => html`<span>${c.passed ? '✓' : '✗'} ${said(c)}</span>`)}</span>
    </span>`;
}

const Corrected = () => {
    const { t } = useI18n();
    return html`<span class="corrected"><${Icon} name="check" />${t('edit.corrected')}</span>`;
};

/* The first click shows the place in the picture, the next one edits; a key edits at once. */
const goOrEdit = (link, key, onEdit) => e => {
    const again = link.chosen === key || e.detail === 0;
    link.choose(key, 'fields', true);
    if (again) {
        onEdit(key);
    }
};

/* A value without what only parts it: "12,000원" says as much as "12000". */
const bare = value => value.replace(/[\s,₩￦원-]/g, '');

function FieldRow({ field, link, onEdit, onCopy }) {
    const { t } = useI18n();
    const name = nameOf(t, field);
    const other = field.normalised && bare(field.value || '') !== bare(field.normalised) ? field.normalised : null;
    const missing = !field.corrected && typeof field.value !== 'string';
    const failed = field.failed.filter(c => c.detail);
    return html`<div class=${cx('field', missing && 'field-missing', failed.length > 0 && 'field-bad')}
        data-k=${field.key}>
        <button type="button" class="field-go" onClick=${goOrEdit(link, field.key, onEdit)}>
            <span class="field-name">${name}</span>
            <span class="field-value edit-at">${missing ? html`<i>${t(field.urgency ? 'review.missing' : 'fields.missing')}</i>` : field.value}
                ${other && html`<span class="field-normal">${other}</span>`}</span>
            <span class="field-state">${!field.corrected && html`<${Marks} checks=${field.checks} />`}
                ${field.corrected ? html`<${Corrected} />` : !missing && html`<${Confidence} value=${field.confidence} />`}</span>
            ${failed.map(c => html`<span class="field-why" aria-hidden="true">${checkName(t, c)}: ${detailText(t, c, true)}</span>`)}
        </button>
        ${field.target && html`<${Button} kind="quiet" icon="edit" class="field-edit" label=${t('edit.label', { name })}
            onClick=${() => { link.choose(field.key, 'fields', true); onEdit(field.key); }} />`}
        ${!missing && html`<${Button} kind="quiet" icon="copy" class="field-copy" label=${t('fields.copy', { name })}
            onClick=${() => onCopy(field.normalised || field.value || '')} />`}
    </div>`;
}

function Cell({ cell, first, link, onEdit }) {
    const { t } = useI18n();
    return html`<button type="button" class="cell-go edit-at" tabindex=${first ? 0 : -1}
        onClick=${goOrEdit(link, cell.key, onEdit)}>${cell.value || '–'}
        ${cell.corrected && html`<span class="cell-mark cell-corrected"><span aria-hidden="true">✓</span>
            <span class="sr">${t('edit.corrected')}</span></span>`}
        ${cell.failed.length > 0 && html`<${Marks} checks=${cell.failed} />`}
    </button>`;
}

/* The arrow keys move through the cells, which are one stop of the Tab key. */
function moveInTable(e) {
    const here = e.target.closest('.cell-go');
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
    if (!here || !step || e.ctrlKey || e.metaKey || e.altKey) {
        return;
    }
    const rows = [...e.currentTarget.querySelectorAll('tbody tr')].map(r => [...r.children]);
    const at = rows.findIndex(r => r.includes(here.parentElement));
    const to = rows[at + step[0]]?.[rows[at].indexOf(here.parentElement) + step[1]]?.querySelector('.cell-go');
    e.preventDefault();
    e.stopPropagation();
    if (to) {
        focusCell(e.currentTarget, to);
    }
}

function focusCell(root, cell) {
    root.querySelectorAll('.cell-go[tabindex="0"]').forEach(el => el.setAttribute('tabindex', '-1'));
    cell.setAttribute('tabindex', '0');
    cell.focus();
}

function FieldList({ field, link, onEdit }) {
    const { t } = useI18n();
    const label = t.or(`field.${field.name}`, field.name);
    const names = [...new Set(field.rows.flatMap(r => r.cells.map(c => c.name)))];
    const cellOf = (row, name) => row.cells.find(c => c.name === name);
    const number = name => field.rows.some(r => ['amount', 'number', 'integer'].includes(cellOf(r, name)?.type));
    const columns = names.map(n => ({ key: n, label: t.or(`field.${n}`, n), end: number(n) }));
    const rows = field.rows.map((row, i) => {
        const cells = names.map((n, k) => {
            const cell = cellOf(row, n);
            return [n, cell && html`<${Cell} cell=${cell} first=${i === 0 && k === 0} link=${link} onEdit=${onEdit} />`];
        });
        return { ...Object.fromEntries(cells), row };
    });
    return html`<section class="field-list" data-k=${field.key}>
        <h2>${label} <small>${t('fields.list', { count: field.rows.length })}</small>
            <${Marks} checks=${field.checks} /></h2>
        ${field.failed.filter(c => c.detail).map(c => html`<p class="field-why">${checkName(t, c)}: ${detailText(t, c, true)}</p>`)}
        <div class="scroll-x" onKeyDown=${moveInTable}><${Table} columns=${columns} rows=${rows} rowHead label=${label}
            rowProps=${r => ({ 'data-k': r.row.key })}
            cellProps=${(r, c) => {
                const cell = cellOf(r.row, c.key);
                return cell && {
                    'data-k': cell.key,
                    class: cx(c.end && 'end', cell.urgency > 0 && 'low', cell.corrected && 'cell-done'),
                };
            }} /></div>
    </section>`;
}

/* Brings what was chosen elsewhere into sight; coming from the list of what to review, the focus as well. */
function showChosen(root, key, by) {
    const place = root.querySelector(`[data-k="${key}"]`);
    place?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const button = by === 'check' ? place?.querySelector('.field-go, .cell-go') : null;
    if (button?.matches('.cell-go')) {
        focusCell(place.closest('.scroll-x'), button);
    } else {
        button?.focus();
    }
}

export function Fields({ page, index, link, edit, onCopy, onStep }) {
    const { t } = useI18n();
    const linked = useLinked(link, 'fields', showChosen);
    const form = page.form?.type || 'unknown';
    const known = form !== 'unknown';
    const editing = edit.key && index.byKey.get(edit.key);
    if (page.error) {
        return html`<div ref=${linked.ref}></div>`;
    }
    return html`<div class="fields" ...${linked}>
        <p class="form-type"><${Icon} name="page" /><strong>${t.or(`form.${form}`, form)}</strong>
            ${known && html`<span title=${t('panel.sure')}>${t.percent(page.form.confidence)}</span>`}</p>
        <${Verdict} form=${page.form} index=${index} />
        <${ReviewList} index=${index} go=${key => link.choose(key, 'check', true)} onStep=${onStep} />
        ${index.fields.length === 0 && html`<p class="empty">${t(known ? 'fields.empty' : 'fields.none')}</p>`}
        ${index.fields.filter(f => !f.rows).map(f => html`<${FieldRow} key=${f.key} field=${f} link=${link}
            onEdit=${edit.start} onCopy=${onCopy} />`)}
        ${index.fields.filter(f => f.rows?.length).map(f => html`<${FieldList} key=${f.key} field=${f} link=${link}
            onEdit=${edit.start} />`)}
        ${editing?.target && edit.key[0] === 'f' && html`<${Editor} key=${edit.key} root=${linked.ref} thing=${editing}
            name=${nameOf(t, editing)} ...${edit.of(editing)} />`}
    </div>`;
}
