/*
 * Zooming and moving a page in a scrolling box.  The browser does the scrolling, so touch, wheels,
 * and scroll bars behave as everywhere; this sets the page's size and keeps the point under the
 * pointer, or between two fingers, where it is.
 *
 * `box` scrolls, `sheet` is the page in it, `size` its pixels.  onChange(scale, mode) follows; mode is
 * "page", "width" (both kept when the window changes) or "free".
 */
const MARGIN = 16;   /* around the page, as in style.css */
const BELOW = 60;    /* and below it, for the tools */
const MAX = 6;       /* largest scale */
const STEP = 1.25;   /* of a press of + or - */
const CLICK_SLOP = 5; /* pixels a finger or a mouse may move and still click */
const READABLE = 30;  /* height in pixels at which a word is easily checked */

export class Zoom {
    constructor(box, sheet, size, mode, onChange, onClick) {
        Object.assign(this, { box, sheet, size, mode, onChange, onClick, scale: 1 });
        this.stop = new AbortController();
        const on = (type, f, passive = true) => box.addEventListener(type, f.bind(this),
            { signal: this.stop.signal, passive });
        on('wheel', this.wheel, false);
        on('touchstart', this.touch, false);
        on('touchmove', this.touch, false);
        on('pointerdown', this.press);
        this.watch = new ResizeObserver(() => this.refit());
        this.watch.observe(box);
        this.refit();
    }

    destroy() {
        this.stop.abort();
        this.watch.disconnect();
    }

    fitScale(mode) {
        const width = (this.box.clientWidth - 2 * MARGIN) / this.size.width;
        const height = (this.box.clientHeight - MARGIN - BELOW) / this.size.height;
        return Math.max(0.01, mode === 'width' ? Math.min(width, 2) : Math.min(width, height, 2));
    }

    refit() {
        if (this.mode !== 'free') {
            this.set(this.fitScale(this.mode), this.mode);
        }
    }

    fit(mode) {
        this.mode = mode;
        this.refit();
        if (mode === 'width') {
            this.box.scrollTo({ top: 0 });
        }
    }

    set(scale, mode) {
        this.scale = scale;
        this.mode = mode;
        this.sheet.style.width = `${this.size.width * scale}px`;
        this.sheet.style.height = `${this.size.height * scale}px`;
        this.onChange(scale, mode);
    }

    /* Zooms to `scale` with the point of the window (x, y) staying in place; default the middle. */
    to(scale, x, y) {
        const r = this.box.getBoundingClientRect();
        const [cx, cy] = [x ?? r.left + r.width / 2, y ?? r.top + r.height / 2];
        const before = this.sheet.getBoundingClientRect();
        const [px, py] = [(cx - before.left) / this.scale, (cy - before.top) / this.scale];
        const low = Math.min(this.fitScale('page'), 1) / 2;
        this.set(Math.min(MAX, Math.max(low, scale)), 'free');
        const after = this.sheet.getBoundingClientRect();
        this.box.scrollLeft += after.left + px * this.scale - cx;
        this.box.scrollTop += after.top + py * this.scale - cy;
    }

    in() {
        this.to(this.scale * STEP);
    }

    out() {
        this.to(this.scale / STEP);
    }

    /* Brings a rectangle of the page into sight; with `closer`, large enough to be checked. */
    reveal(rect, closer) {
        if (!rect) {
            return;
        }
        if (closer) {
            const readable = READABLE / Math.max(6, Math.min(rect.h, rect.w));
            const whole = Math.min((this.box.clientWidth * 0.9) / rect.w, (this.box.clientHeight * 0.8) / rect.h);
            this.set(Math.max(this.fitScale('page'), Math.min(MAX, readable, whole)), 'free');
        }
        const box = this.box.getBoundingClientRect();
        const sheet = this.sheet.getBoundingClientRect();
        const left = sheet.left - box.left + rect.x * this.scale;
        const top = sheet.top - box.top + rect.y * this.scale;
        const [w, h] = [rect.w * this.scale, rect.h * this.scale];
        const hidden = left < MARGIN || top < MARGIN || left + w > box.width - MARGIN
            || top + h > box.height - BELOW;
        if (closer || hidden) {
            this.box.scrollLeft += left + w / 2 - box.width / 2;
            this.box.scrollTop += top + h / 2 - box.height / 2;
        }
    }

    wheel(e) {
        if (e.ctrlKey || e.metaKey) {
            e.preventDefault();
            const lines = e.deltaMode === 1 ? 16 : 1;
            this.to(this.scale * Math.exp(-e.deltaY * lines * 0.004), e.clientX, e.clientY);
        }
    }

    touch(e) {
        if (e.touches.length !== 2) {
            this.pinch = null;
            return;
        }
        e.preventDefault();
        const [a, b] = e.touches;
        const distance = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
        const [x, y] = [(a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2];
        if (this.pinch && e.type === 'touchmove') {
            this.box.scrollLeft -= x - this.pinch.x;
            this.box.scrollTop -= y - this.pinch.y;
            this.to(this.pinch.scale * (distance / this.pinch.distance), x, y);
            Object.assign(this.pinch, { x, y });
        } else {
            this.pinch = { distance, scale: this.scale, x, y };
        }
    }

    /* A press that does not move is a click; a mouse that moves drags the page. */
    press(e) {
        const bars = e.target === this.box
            && (e.offsetX > this.box.clientWidth || e.offsetY > this.box.clientHeight);
        if (e.button !== 0 || !e.isPrimary || bars) {
            return;
        }
        const start = { x: e.clientX, y: e.clientY, left: this.box.scrollLeft, top: this.box.scrollTop };
        const ended = new AbortController();
        let moved = false;
        const on = (type, f) => window.addEventListener(type, f, { signal: ended.signal });
        on('pointermove', m => {
            const [dx, dy] = [m.clientX - start.x, m.clientY - start.y];
            moved ||= Math.hypot(dx, dy) > CLICK_SLOP;
            if (moved && e.pointerType === 'mouse') {
                this.box.scrollTo({ left: start.left - dx, top: start.top - dy });
            }
        });
        on('pointerup', u => {
            ended.abort();
            if (!moved && !this.pinch) {
                this.onClick(u, e.target);
            }
        });
        on('pointercancel', () => ended.abort());
    }
}
