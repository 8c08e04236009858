/*
 * Tabs after the ARIA pattern: one tab stop, arrow keys move, the panel follows.
 *
 * tabs: [{ id, label, count, render }].
 */
import { html, useRef } from '/kit/html.js';

export function Tabs({ tabs, current, onChange, label }) {
    const bar = useRef(null);
    const shown = tabs.find(t => t.id === current) || tabs[0];
    const key = e => {
        const i = tabs.indexOf(shown);
        const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: tabs.length - 1 }[e.key];
        if (to === undefined) {
            return;
        }
        e.preventDefault();
        const next = (to + tabs.length) % tabs.length;
        onChange(tabs[next].id);
        bar.current.children[next].focus();
    };
    return html`
        <div class="tabs" role="tablist" aria-label=${label} ref=${bar} onKeyDown=${key}>
            ${tabs.map(t => html`<button type="button" class="tab" role="tab" key=${t.id}
                id=${`tab-${t.id}`} aria-controls=${`panel-${t.id}`}
                aria-selected=${String(t === shown)} tabindex=${t === shown ? 0 : -1}
                onClick=${() => onChange(t.id)}>${t.label}${
                    t.count !== undefined && html`<span class="tab-count">${t.count}</span>`}</button>`)}
        </div>
        <div class="tab-panel" role="tabpanel" tabindex="0" key=${shown.id} id=${`panel-${shown.id}`}
            aria-labelledby=${`tab-${shown.id}`}>${shown.render()}</div>`;
}
