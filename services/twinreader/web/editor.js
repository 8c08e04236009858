/*
 * The small form over a word or a field in which a person writes what the paper says.
 *
 * It lies over its place instead of in it, so that neither a table nor a list of words changes shape,
 * and a list of options stays one to a screen reader.  Enter saves, Escape leaves; saving what was read
 * confirms it.  The focus comes from the place and goes back there.
 */
import { html, useLayoutEffect, useRef, useState } from '/kit/html.js';
import { Button } from '/kit/button.js';
import { useI18n } from '/kit/i18n.js';
import { reasonOf } from '/actions.js';

const WIDEST = 380;
const LEAST = 240;
const MARGIN = 8;
const LONGEST = 1000; /* characters, as the server has it */

/* Where the form goes, in pixels of `root`, which is positioned and scrolls with its content. */
function placeOver(root, key) {
    const place = root.querySelector(`[data-k="${key}"]`);
    const anchor = place?.querySelector('.edit-at') || place;
    if (!anchor) {
        return { left: MARGIN, top: MARGIN, width: LEAST };
    }
    const a = anchor.getBoundingClientRect();
    const r = root.getBoundingClientRect();
    const width = Math.min(Math.max(a.width + 24, LEAST), WIDEST, r.width - 2 * MARGIN);
    const left = Math.max(MARGIN, Math.min(a.left - r.left - MARGIN, r.width - width - MARGIN));
    return { left, top: a.top - r.top - MARGIN, width };
}

/* Gives the focus back to what was edited. */
function focusPlace(root, key) {
    const place = root.isConnected && root.querySelector(`[data-k="${key}"]`);
    const to = place && (place.matches('button, [tabindex]') ? place : place.querySelector('button'));
    to?.focus();
}

function usePlace(root, key) {
    const [place, set] = useState(null);
    useLayoutEffect(() => {
        const box = root.current;
        const put = () => set(placeOver(box, key));
        const watch = new ResizeObserver(put);
        watch.observe(box);
        put();
        return () => {
            watch.disconnect();
            /* after the page is drawn without the form */
            setTimeout(() => (!document.activeElement || document.activeElement === document.body)
                && focusPlace(box, key));
        };
    }, [key]);
    return place;
}

function Origin({ correction, thing }) {
    const { t } = useI18n();
    if (!correction) {
        return null;
    }
    const read = correction.original === null ? t('edit.nothing') : correction.original;
    const who = correction.by || (correction.key === 'anonymous' ? t('edit.somebody') : correction.key);
    return html`<p class="edit-origin">${t('edit.read')} <q>${read}</q>${thing.corrected
        && html`<br />${t('edit.who', { who, time: t.time(correction.at) })}`}</p>`;
}

/* `root`: ref of the positioned element; `thing`: the word or field; `name`: how it is called. */
export function Editor({ root, thing, name, correction, onSave, onUndo, onClose }) {
    const { t } = useI18n();
    const input = useRef(null);
    const place = usePlace(root, thing.key);
    const start = thing.text ?? thing.value ?? '';
    const [text, setText] = useState(start);
    const [busy, setBusy] = useState(false);
    const [wrong, setWrong] = useState('');
    /* Before the page is drawn: a key pressed right after the one that opened the form is for it. */
    useLayoutEffect(() => {
        input.current?.focus({ preventScroll: true });
        input.current?.select();
        input.current?.form.scrollIntoView({ block: 'nearest' });
    }, [place !== null]);

    const run = async work => {
        setBusy(true);
        setWrong('');
        try {
            await work();
            onClose();
        } catch (e) {
            setBusy(false);
            setWrong(e);
            input.current?.focus();
        }
    };
    const value = text.trim().replace(/\s+/g, ' ');
    const submit = e => {
        e.preventDefault();
        if (value && !busy) {
            run(() => onSave(value));
        }
    };
    const key = e => {
        e.stopPropagation();
        if (e.key === 'Escape' && !e.isComposing) {
            e.preventDefault();
            onClose();
        }
    };
    const because = wrong && (wrong.status === 412
        ? t(correction ? 'edit.changed' : 'edit.undone', { value: correction?.value })
        : t('edit.failed', { reason: reasonOf(t, wrong) }));
    return place && html`<form class="editor" aria-label=${t('edit.label', { name })}
        style=${{ left: `${place.left}px`, top: `${place.top}px`, width: `${place.width}px` }}
        onSubmit=${submit} onKeyDown=${key} onClick=${e => e.stopPropagation()}>
        <label><span class="editor-name">${name}</span>
            <input ref=${input} value=${text} maxlength=${LONGEST} autocomplete="off" autocapitalize="off"
                spellcheck=${false} enterkeyhint="done" aria-describedby=${wrong ? 'editor-wrong' : undefined}
                onInput=${e => setText(e.target.value)} /></label>
        <${Origin} correction=${correction} thing=${thing} />
        <p class="editor-wrong" id="editor-wrong" role="alert">${because}</p>
        <div class="editor-actions">
            <${Button} kind="primary" type="submit" disabled=${!value || busy}>${
                t(value === start ? 'edit.confirm' : 'edit.save')}<//>
            ${thing.corrected && html`<${Button} icon="undo" disabled=${busy}
                onClick=${() => run(onUndo)}>${t('edit.undo')}<//>`}
            <${Button} kind="quiet" class="editor-cancel" onClick=${onClose}>${t('cancel')}<//>
        </div>
    </form>`;
}
