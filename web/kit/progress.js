/* A progress bar: value 0..1, or null while nobody knows how long it takes. */
import { cx, html } from '/kit/html.js';

export function Progress({ value, label }) {
    const known = value !== null && value !== undefined;
    return html`<div class=${cx('progress', !known && 'progress-busy')} role="progressbar"
        aria-label=${label} aria-valuemin="0" aria-valuemax="100"
        aria-valuenow=${known ? Math.round(value * 100) : undefined}>
        <span style=${known ? { width: `${value * 100}%` } : {}}></span>
    </div>`;
}
