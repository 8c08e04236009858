/*
 * Short messages in a corner, read out by screen readers.  A notice goes by itself, an error stays
 * until it is closed.
 */
import { cx, html, useCallback, useRef, useState } from '/kit/html.js';
import { Button } from '/kit/button.js';

const NOTICE_MS = 5000;

/* Gives [list, show(text, kind), close(id)]; hand the first and last to Toasts. */
export function useToasts() {
    const [list, setList] = useState([]);
    const next = useRef(1);
    const close = useCallback(id => setList(l => l.filter(t => t.id !== id)), []);
    const show = useCallback((text, kind = 'notice') => {
        const id = next.current++;
        setList(l => [...l.slice(-3), { id, text, kind }]);
        if (kind !== 'error') {
            setTimeout(() => close(id), NOTICE_MS);
        }
    }, []);
    return [list, show, close];
}

export function Toasts({ list, onClose, closeLabel }) {
    return html`<div class="toasts" role="status" aria-live="polite">
        ${list.map(t => html`<div key=${t.id} class=${cx('toast', `toast-${t.kind}`)}>
            <p>${t.text}</p>
            <${Button} kind="quiet" icon="close" label=${closeLabel} onClick=${() => onClose(t.id)} />
        </div>`)}
    </div>`;
}
