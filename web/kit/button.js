/*
 * A button: with words, or with an icon alone (then `label` is its name and its tooltip).
 *
 * kind: "plain" (default), "primary", "quiet", "danger".  pressed: makes it a toggle.
 */
import { cx, html } from '/kit/html.js';
import { Icon } from '/kit/icon.js';

export function Button({ kind, icon, label, pressed, children, class: more, type, ...rest }) {
    const bare = !children;
    return html`<button type=${type || 'button'}
        class=${cx('btn', kind && `btn-${kind}`, bare && 'btn-icon', more)}
        aria-label=${bare ? label : undefined} title=${label}
        aria-pressed=${pressed === undefined ? undefined : String(pressed)} ...${rest}>
        ${icon && html`<${Icon} name=${icon} />`}${children}
    </button>`;
}
