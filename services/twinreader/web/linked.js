/* A list of elements carrying data-k, linked with the picture by pointer, focus and click. */
import { useLayoutEffect, useRef } from '/kit/html.js';

export const keyOf = el => el?.closest?.('[data-k]')?.dataset.k || null;

export function useLinked(link, from, onChoose) {
    const root = useRef(null);
    useLayoutEffect(() => link.join({
        root: root.current,
        onChoose: (key, by) => by !== from && key && onChoose?.(root.current, key, by),
        onPoint: (key, by) => {
            if (by === 'picture' && key) {
                root.current.querySelector('.lit')?.scrollIntoView({ block: 'nearest' });
            }
        },
    }), [link]);
    return {
        ref: root,
        onPointerOver: e => e.pointerType === 'mouse' && link.point(keyOf(e.target), from),
        onPointerLeave: () => link.point(null, from),
        onFocusIn: e => link.point(keyOf(e.target), from),
        onFocusOut: () => link.point(null, from),
    };
}
