/*
 * Two panes with a bar between them: dragged, or moved by arrow keys; side by side on a wide window,
 * one above the other on a narrow one.  The share of the first pane is remembered per arrangement.
 */
import { cx, html, useEffect, useRef, useState } from '/kit/html.js';
import { recall, remember } from '/kit/memory.js';

const clamp = v => Math.min(85, Math.max(15, v));

export function useMedia(query) {
    const [is, set] = useState(() => matchMedia(query).matches);
    useEffect(() => {
        const media = matchMedia(query);
        const change = () => set(media.matches);
        media.addEventListener('change', change);
        return () => media.removeEventListener('change', change);
    }, [query]);
    return is;
}

export function SplitView({ name, first, second, label, stackBelow = 820 }) {
    const stacked = useMedia(`(max-width: ${stackBelow}px)`);
    const slot = `split-${name}-${stacked ? 'stacked' : 'side'}`;
    const [moved, setMoved] = useState({});
    const share = moved[slot] ?? (Number(recall(slot)) || (stacked ? 48 : 62));
    const root = useRef(null);

    const move = v => {
        const value = Math.round(clamp(v) * 10) / 10;
        setMoved(m => ({ ...m, [slot]: value }));
        remember(slot, value);
    };
    const drag = e => {
        if (!e.currentTarget.hasPointerCapture(e.pointerId)) {
            return;
        }
        const r = root.current.getBoundingClientRect();
        move(stacked ? ((e.clientY - r.top) / r.height) * 100 : ((e.clientX - r.left) / r.width) * 100);
    };
    const key = e => {
        const step = { ArrowLeft: -2, ArrowUp: -2, ArrowRight: 2, ArrowDown: 2 }[e.key];
        if (step) {
            e.preventDefault();
            e.stopPropagation();
            move(share + step);
        }
    };
    return html`<div class=${cx('split', stacked && 'split-stacked')} ref=${root}
        style=${{ '--split': `${share}%` }}>
        <div class="pane">${first}</div>
        <div class="split-bar" role="separator" tabindex="0" aria-label=${label}
            aria-orientation=${stacked ? 'horizontal' : 'vertical'}
            aria-valuemin="15" aria-valuemax="85" aria-valuenow=${Math.round(share)}
            onPointerDown=${e => e.currentTarget.setPointerCapture(e.pointerId)}
            onPointerMove=${drag} onKeyDown=${key}></div>
        <div class="pane">${second}</div>
    </div>`;
}
