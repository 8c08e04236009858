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
        this.paint(pane.root, 'on', 'on-too', this.chosen);
        return () => this.panes.delete(pane);
    }

    /* Marks again what is chosen, after the panes were drawn with other content. */
    repaint() {
        this.panes.forEach(p => this.paint(p.root, 'on', 'on-too', this.chosen));
    }

    /* Moves class `name` to the elements of `key`, and `too` to those that belong with it. */
    paint(root, name, too, key) {
        root.querySelectorAll(`.${name}, .${too}`).forEach(el => el.classList.remove(name, too));
        for (const k of linkedKeys(this.index, key)) {
            root.querySelectorAll(`[data-k="${k}"]`).forEach(el => el.classList.add(k === key ? name : too));
        }
    }

    /* The pointer or the focus is on `key` (null: on nothing). */
    point(key, from) {
        if (key !== this.pointed) {
            this.pointed = key;
            this.panes.forEach(p => this.paint(p.root, 'lit', 'lit', key));
            this.panes.forEach(p => p.onPoint?.(key, from));
        }
    }

    /* `key` was chosen by a click or by a key; with `closer` the picture zooms to it. */
    choose(key, from, closer = false) {
        this.chosen = key;
        this.panes.forEach(p => this.paint(p.root, 'on', 'on-too', key));
        this.panes.forEach(p => p.onChoose?.(key, from, closer));
    }
}
