/*
 * A modal dialog on the browser's own <dialog>: it traps the focus, Escape closes it, and the focus
 * returns to where it was.  With onSubmit its body is a form and Enter submits it.
 */
import { html, useEffect, useRef } from '/kit/html.js';
import { Button } from '/kit/button.js';

export function Dialog({ title, onClose, onSubmit, closeLabel, actions, children }) {
    const ref = useRef(null);
    useEffect(() => {
        const before = document.activeElement;
        ref.current.showModal();
        ref.current.querySelector('[autofocus]')?.focus();
        return () => before?.isConnected && before.focus();
    }, []);
    const submit = e => {
        e.preventDefault();
        onSubmit?.(new FormData(e.target));
    };
    /* Pressing the backdrop is pressing the dialog itself, outside its content. */
    const press = e => e.target === ref.current && onClose();
    return html`<dialog class="dialog" ref=${ref} aria-labelledby="dialog-title"
        onCancel=${e => { e.preventDefault(); onClose(); }} onMouseDown=${press}>
        <form onSubmit=${submit}>
            <div class="dialog-head">
                <h2 id="dialog-title">${title}</h2>
                <${Button} kind="quiet" icon="close" label=${closeLabel} onClick=${onClose} />
            </div>
            <div class="dialog-body">${children}</div>
            ${actions && html`<div class="dialog-actions">${actions}</div>`}
        </form>
    </dialog>`;
}
