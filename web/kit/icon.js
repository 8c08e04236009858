/* Line icons on a 24-unit grid, drawn here so that no font or sprite is fetched. */
import { html } from '/kit/html.js';

const PATHS = {
    plus: 'M12 5v14M5 12h14',
    minus: 'M5 12h14',
    close: 'M6 6l12 12M18 6L6 18',
    left: 'M15 5l-7 7 7 7',
    right: 'M9 5l7 7-7 7',
    down: 'M6 9l6 6 6-6',
    upload: 'M12 16V4M7 9l5-5 5 5M4 16v4h16v-4',
    download: 'M12 4v12M7 11l5 5 5-5M4 20h16',
    copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
    check: 'M5 12.5l4.5 4.5L19 7.5',
    trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
    page: 'M6 3h8l4 4v14H6zM14 3v4h4',
    fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
    width: 'M3 5v14M21 5v14M7 12h10M10 9l-3 3 3 3M14 9l3 3-3 3',
    boxes: 'M4 6h9v5H4zM16 6h4v5h-4zM4 14h5v5H4zM12 14h8v5h-8z',
    warn: 'M12 4l9 16H3zM12 10v4M12 17v.5',
    retry: 'M20 12a8 8 0 1 1-2.5-5.8M20 3v4h-4',
    edit: 'M4 20l1-5L16 4l4 4L9 19zM14 6l4 4',
    undo: 'M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
    up: 'M6 15l6-6 6 6',
    help: 'M9.2 9.2a2.8 2.8 0 1 1 4 2.6c-.8.4-1.2 1-1.2 1.9v.3M12 17v.5',
    files: 'M8 3h7l4 4v10H8zM15 3v4h4M5 7v14h10',
};

export function Icon({ name }) {
    return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
