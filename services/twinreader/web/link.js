/*
 * The link between the picture and what was read: which word or field is pointed at, which is chosen.
 *
 * A page can have two thousand words in each of two panes, and the pointer moves sixty times a second:
 * so the panes are drawn once and this sets two classes on the few elements concerned, instead of
 * drawing anew.  Elements say who they are with data-k (see page-index.js).
 */
import { linkedKeys } from '/page-index.js';

export class Link {
    constructor(index) {
        this.index = index;
        this.panes = new Set(); /* { root, onChoose(key, from), onPoint(key, from) } */
        this.pointed = null;
        this.chosen = null;
    }

    /* Adds a pane; returns the function that takes it away. */
    join(pane) {
        this.panes.add(pane);
        this.paint(pane.root, 'on', this.chosen);
        return () => this.panes.delete(pane);
    }

    paint(root, name, key) {
        root.querySelectorAll(`.${name}`).forEach(el => el.classList.remove(name));
        for (const k of linkedKeys(this.index, key)) {
            root.querySelectorAll(`[data-k="${k}"]`).forEach(el => el.classList.add(name));
        }
    }

    paintAll(name, key) {
        this.panes.forEach(p => this.paint(p.root, name, key));
    }

    /* The pointer or the focus is on `key` (null: on nothing). */
    point(key, from) {
        if (key !== this.pointed) {
            this.pointed = key;
            this.paintAll('lit', key);
            this.panes.forEach(p => p.onPoint?.(key, from));
        }
    }

    /* `key` was chosen by a click or by a key; with `closer` the picture zooms to it. */
    choose(key, from, closer = false) {
        this.chosen = key;
        this.paintAll('on', key);
        this.panes.forEach(p => p.onChoose?.(key, from, closer));
    }
}
