/* The picture of a page with the boxes of its words and fields over it, and the tools to move in it. */
import { cx, html, useEffect, useLayoutEffect, useRef, useState } from '/kit/html.js';
import { Button } from '/kit/button.js';
import { useI18n } from '/kit/i18n.js';
import { recall, remember } from '/kit/memory.js';
import { neighbour, polygonPoints } from '/page-index.js';
import { picturePath, usePicture } from '/picture.js';
import { Zoom } from '/zoom.js';

const keyOf = el => el?.closest?.('[data-k]')?.dataset.k || null;

function Overlay({ page, index }) {
    const shape = (thing, kind) => html`<polygon key=${thing.key} data-k=${thing.key} class=${kind}
        points=${polygonPoints(thing.box)} />`;
    const cells = index.fields.flatMap(f => (f.rows || []).flatMap(r => r.cells));
    return html`<svg class="overlay" viewBox=${`0 0 ${page.width} ${page.height}`}
        preserveAspectRatio="none" aria-hidden="true">
        ${[...index.fields, ...cells].filter(f => f.box).map(f => shape(f, cx('box-field', f.rows && 'box-list', f.urgency > 0 && 'low')))}
        ${index.words.map(w => shape(w, cx('box-word', w.low && 'low')))}
    </svg>`;
}

/* What the pointer is on, told beside it: the text as read and how sure. */
function Tip({ page, thing }) {
    const { t } = useI18n();
    if (!thing?.bounds || !(thing.text || thing.value)) {
        return null;
    }
    const { x, y, w, h } = thing.bounds;
    const below = y < page.height * 0.12;
    const style = {
        left: `${Math.min(94, Math.max(6, ((x + w / 2) / page.width) * 100))}%`,
        top: `${((below ? y + h : y) / page.height) * 100}%`,
    };
    return html`<div class=${cx('tip', below && 'tip-below')} style=${style} aria-hidden="true">
        ${thing.text || thing.value} <small>${thing.corrected ? '✓' : t.percent(thing.confidence)}</small></div>`;
}

function Tools({ zoom, view, boxes, onBoxes, page, count, onPage }) {
    const { t } = useI18n();
    return html`<div class="tools" role="toolbar" aria-label=${t('view.tools')}>
        ${count > 1 && html`<span class="tools-part">
            <${Button} kind="quiet" icon="left" label=${t('view.prev')} disabled=${page.number <= 1}
                onClick=${() => onPage(page.number - 1)} />
            <span class="tools-count">${t('view.of', { number: page.number, count })}</span>
            <${Button} kind="quiet" icon="right" label=${t('view.next')} disabled=${page.number >= count}
                onClick=${() => onPage(page.number + 1)} />
        </span>`}
        <span class="tools-part">
            <${Button} kind="quiet" icon="minus" label=${t('view.zoomOut')} onClick=${() => zoom.current.out()} />
            <button type="button" class="btn btn-quiet tools-count" title=${t('view.actual')}
                onClick=${() => zoom.current.to(1)}>${Math.round(view.scale * 100)}%</button>
            <${Button} kind="quiet" icon="plus" label=${t('view.zoomIn')} onClick=${() => zoom.current.in()} />
            <${Button} kind="quiet" icon="fit" label=${t('view.fitPage')} pressed=${view.mode === 'page'}
                onClick=${() => zoom.current.fit('page')} />
            <${Button} kind="quiet" icon="width" label=${t('view.fitWidth')} pressed=${view.mode === 'width'}
                onClick=${() => zoom.current.fit('width')} />
            <${Button} kind="quiet" icon="boxes" label=${t('view.boxes')} pressed=${boxes} onClick=${onBoxes} />
        </span>
    </div>`;
}

/* The keys that mean the same in the picture and in the text; gives true when it took one. */
export function moveByKey(e, link, index, from) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) {
        return false;
    }
    const at = link.chosen?.[0] === 'w' ? Number(link.chosen.slice(1)) : -1;
    const to = neighbour(index, at, e.key);
    if (to) {
        link.choose(to.key, from);
    } else if (e.key === 'Enter' && link.chosen) {
        link.choose(link.chosen, from, true);
    } else {
        return false;
    }
    e.preventDefault();
    return true;
}

export function Viewer({ api, id, page, count, index, link, onPage, controls }) {
    const { t } = useI18n();
    const box = useRef(null);
    const sheet = useRef(null);
    const zoom = useRef(null);
    const mode = useRef(null); /* how it is fitted outlives the page */
    const [view, setView] = useState({ scale: 1, mode: 'page' });
    const [boxes, setBoxes] = useState(recall('boxes') !== 'false');
    const [tip, setTip] = useState(null);
    const picture = usePicture(api, picturePath(id, page.number));
    const [failed, setFailed] = useState(null);

    const click = (e, target) => {
        const key = keyOf(target);
        if (zoom.current.mode === 'free') {
            if (key) {
                link.choose(key, 'picture');
            } else {
                link.choose(null, 'picture');
                zoom.current.fit(mode.current);
            }
            return;
        }
        zoom.current.to(Math.max(1, zoom.current.scale * 2), e.clientX, e.clientY);
        link.choose(key, 'picture');
    };

    useLayoutEffect(() => {
        mode.current ||= box.current.clientWidth < 600 ? 'width' : 'page';
        zoom.current = new Zoom(box.current, sheet.current, page, mode.current, (scale, m) => {
            mode.current = m === 'free' ? mode.current : m;
            setView({ scale, mode: m });
        }, click);
        const leave = link.join({
            root: sheet.current,
            onPoint: (key, from) => setTip(from === 'picture' ? key : null),
            onChoose: (key, from, closer) => (from !== 'picture' || closer)
                && zoom.current.reveal(link.index.byKey.get(key)?.bounds, closer),
        });
        return () => {
            leave();
            zoom.current.destroy();
        };
    }, [page.number, link]);

    const toggle = () => {
        remember('boxes', !boxes);
        setBoxes(!boxes);
    };
    useEffect(() => {
        controls.current = { zoom: zoom.current, boxes: toggle };
    });

    const key = e => {
        if (e.target === box.current && moveByKey(e, link, index, 'keys')) {
            e.stopPropagation();
        }
    };
    const lost = picture.failed || failed === picture.url;
    return html`<div class="viewer">
        <div class=${cx('canvas', view.mode !== 'free' && 'canvas-fitted')} ref=${box} tabindex="0"
            role="group" aria-label=${t('view.picture', { number: page.number })} onKeyDown=${key}
            onPointerOver=${e => e.pointerType === 'mouse' && link.point(keyOf(e.target), 'picture')}
            onPointerLeave=${() => link.point(null, 'picture')}>
            <div class="mat"><div class=${cx('sheet', !boxes && 'sheet-bare')} ref=${sheet}>
                ${picture.url && !lost && html`<img src=${picture.url} alt="" draggable=${false}
                    onError=${() => setFailed(picture.url)} />`}
                ${lost && html`<p class="sheet-lost">${t('view.noPicture')}</p>`}
                <${Overlay} page=${page} index=${index} />
                <${Tip} page=${page} thing=${tip && index.byKey.get(tip)} />
            </div></div>
        </div>
        <${Tools} zoom=${zoom} view=${view} boxes=${boxes} onBoxes=${toggle} page=${page} count=${count}
            onPage=${onPage} />
    </div>`;
}
