/*
 * A button that opens a list of actions: arrow keys move, Escape closes and gives the focus back.
 *
 * items: [{ id, label, note }].
 */
import { html, useEffect, useRef, useState } from '/kit/html.js';
import { Button } from '/kit/button.js';
import { Icon } from '/kit/icon.js';

export function Menu({ label, icon, items, onSelect }) {
    const [open, setOpen] = useState(false);
    const root = useRef(null);

    useEffect(() => {
        if (!open) {
            return undefined;
        }
        root.current.querySelector('[role="menuitem"]').focus();
        const outside = e => !root.current.contains(e.target) && setOpen(false);
        document.addEventListener('pointerdown', outside);
        return () => document.removeEventListener('pointerdown', outside);
    }, [open]);

    const close = () => {
        setOpen(false);
        root.current.querySelector('button').focus();
    };
    const key = e => {
        if (e.key === 'Tab') {
            setOpen(false);
            return;
        }
        const all = [...root.current.querySelectorAll('[role="menuitem"]')];
        const i = all.indexOf(document.activeElement);
        const to = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: all.length - 1 }[e.key];
        if (e.key === 'Escape') {
            close();
        } else if (to !== undefined) {
            all[(to + all.length) % all.length].focus();
        } else {
            return;
        }
        e.preventDefault();
        e.stopPropagation();
    };
    return html`<div class="menu" ref=${root}>
        <${Button} icon=${icon} aria-haspopup="menu" aria-expanded=${String(open)} aria-label=${label}
            onClick=${() => setOpen(!open)}><span class="btn-text">${label}</span><${Icon} name="down" /><//>
        ${open && html`<div class="menu-list" role="menu" aria-label=${label} onKeyDown=${key}>
            ${items.map(item => html`<button type="button" class="menu-item" role="menuitem" tabindex="-1"
                data-id=${item.id} onClick=${() => { close(); onSelect(item); }}>
                <span>${item.label}</span><small>${item.note}</small></button>`)}
        </div>`}
    </div>`;
}
