/* The verdict on a page, and what a person should look at first. */
import { cx, html, useState } from '/kit/html.js';
import { Button } from '/kit/button.js';
import { useI18n } from '/kit/i18n.js';
import { Icon } from '/kit/icon.js';
import { FAILED, MISSING } from '/page-index.js';

const SHOWN = 3; /* of the list, until all of it is asked for */

/* "Total", or "Items 3, Amount" for a cell. */
export function nameOf(t, field) {
    const own = t.or(`field.${field.name}`, field.name);
    return field.list === undefined ? own : t('review.cell', {
        list: t.or(`field.${field.list}`, field.list), row: field.row + 1, name: own,
    });
}

export const checkName = (t, check) => t.or(`check.${check.name}`, check.name);

const fieldName = (t, name) => name.split('.').map(n => t.or(`field.${n}`, n)).join(' ');

const numberText = (t, v) => (Number.isFinite(Number(v)) ? t.number(Number(v), v.includes('.') ? 2 : 0) : v);

/* "total = tax + net: 12 is not 13" with the names and numbers a person reads. */
function sumText(t, detail) {
    const [, formula, is, should] = detail.match(/^([^:]+)(?:: (\S+) is not (\S+))?$/) || [];
    if (!formula) {
        return detail;
    }
    const names = formula.replace(/[^\s=+-][^\s]*/g, name => fieldName(t, name));
    return is ? t('detail.sum', { formula: names, is: numberText(t, is), should: numberText(t, should) }) : names;
}

/* The same in short: the total, and what its parts make. */
function shortSum(t, detail) {
    const [, total, is, should] = detail.match(/^(\S+) = [^:]+: (\S+) is not (\S+)$/) || [];
    return total && t('detail.sum.short', { name: fieldName(t, total), is: numberText(t, is), should: numberText(t, should) });
}

/* What a check says, in the reader's language where it is known; `short`: in one line. */
export function detailText(t, check, short = false) {
    const detail = check.detail || '';
    if (check.name === 'sum') {
        return (short && shortSum(t, detail)) || sumText(t, detail);
    }
    const [, unknown] = detail.match(/^"(.*)" is not known$/) || [];
    const [, before] = detail.match(/^before (\S+)$/) || [];
    return (unknown !== undefined && t('detail.unknown', { value: unknown }))
        || (before && t('detail.before', { value: before })) || t.or(`detail.${detail}`, detail);
}

/* What the verdict says of a field besides checks. */
function reasonText(t, text, field) {
    if (/ % sure$/.test(text)) {
        return t('panel.confidence', { percent: t.percent(field.confidence) });
    }
    return t.or(`reason.${text}`, text);
}

/* Why it is to be looked at, in a few words. */
function why(t, field) {
    if (field.urgency === FAILED) {
        const [check] = field.failed;
        const detail = detailText(t, check, true);
        return detail ? `${checkName(t, check)}: ${detail}` : t('check.failed', { name: checkName(t, check) });
    }
    if (field.urgency === MISSING) {
        return t('review.missing');
    }
    return reasonText(t, field.why[0] || ' % sure', field);
}

function Banner({ kind, icon, title, children }) {
    return html`<div class=${cx('verdict', `verdict-${kind}`)} role="status">
        <${Icon} name=${icon} /><p><strong>${title}</strong> ${children}</p></div>`;
}

export function Verdict({ form, index }) {
    const { t } = useI18n();
    const left = index.review.length;
    if (form?.verdict === 'accept') {
        return html`<${Banner} kind="accept" icon="check" title=${t('verdict.accept')}>${t('verdict.accept.text')}<//>`;
    }
    if (form?.verdict !== 'review') {
        return null;
    }
    const named = new Set(index.fields.map(f => f.name));
    const other = (form.reasons || []).filter(r => !named.has(r.match(/^([^\s:]+):/)?.[1]));
    const reasons = other.map(r => html`<span class="verdict-reason">${/^form: /.test(r)
        ? t('reason.form', { percent: t.percent(form.confidence) }) : r}</span>`);
    const touched = index.fields.some(f => f.corrected || f.rows?.some(r => r.cells.some(c => c.corrected)));
    if (left === 0 && (touched || other.length === 0)) {
        return html`<${Banner} kind="accept" icon="check" title=${t('verdict.done')}>${t('verdict.done.text')}${reasons}<//>`;
    }
    return html`<${Banner} kind="review" icon="warn" title=${t('verdict.review')}>${
        left > 0 && t(left === 1 ? 'verdict.review.one' : 'verdict.review.text', { count: left })}
        ${reasons}<//>`;
}

/* `go(key)` shows one; `onStep(1 or -1)` goes to the next or the one before. */
export function ReviewList({ index, go, onStep }) {
    const { t } = useI18n();
    const [all, setAll] = useState(false);
    const count = index.review.length;
    if (count === 0) {
        return null;
    }
    return html`<section class="review" aria-label=${t('review.title')}>
        <div class="review-head"><h2>${t('review.title')} <small>${count}</small></h2>
            <${Button} kind="quiet" icon="up" label=${t('review.prev')} onClick=${() => onStep(-1)} />
            <${Button} kind="quiet" icon="down" label=${t('review.next')} onClick=${() => onStep(1)} /></div>
        <ol>${index.review.slice(0, all ? count : SHOWN).map(f => html`<li key=${f.key}>
            <button type="button" class=${cx('review-go', f.urgency === FAILED && 'review-failed')}
                onClick=${() => go(f.key)}>
                <span class="review-name">${nameOf(t, f)}</span>
                <span class="review-value">${f.value}</span>
                <span class="review-why">${why(t, f)}</span>
            </button></li>`)}</ol>
        ${count > SHOWN && html`<button type="button" class="review-all" aria-expanded=${String(all)}
            onClick=${() => setAll(!all)}>${t(all ? 'review.fewer' : 'review.all', { count })}</button>`}
    </section>`;
}
