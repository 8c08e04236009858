/*
 * Where files come in: dropped anywhere on the window, pasted, or chosen.
 *
 * onFiles gets an array of File.  The file chooser is a hidden input behind a button; `openRef`
 * receives the function that opens it, for a keyboard shortcut.
 */
import { cx, html, useEffect, useRef, useState } from '/kit/html.js';
import { Button } from '/kit/button.js';

/* A pasted picture is always called image.png; the time of day tells two of them apart. */
function nameOfPaste(file) {
    if (!/^image\.\w+$/.test(file.name)) {
        return file;
    }
    const time = new Date().toTimeString().slice(0, 8).replace(/:/g, '');
    return new File([file], file.name.replace('image', `paste-${time}`), { type: file.type });
}

export function DropZone({ onFiles, accept, title, hint, choose, openRef, class: more }) {
    const input = useRef(null);
    const [over, setOver] = useState(false);

    useEffect(() => {
        let depth = 0; /* dragenter and dragleave come for every element passed over */
        const hasFiles = e => e.dataTransfer && [...e.dataTransfer.types].includes('Files');
        const enter = e => {
            if (hasFiles(e)) {
                depth++;
                setOver(true);
            }
        };
        const leave = e => {
            if (hasFiles(e) && --depth <= 0) {
                depth = 0;
                setOver(false);
            }
        };
        const allow = e => hasFiles(e) && e.preventDefault();
        const drop = e => {
            depth = 0;
            setOver(false);
            if (hasFiles(e)) {
                e.preventDefault();
                onFiles([...e.dataTransfer.files]);
            }
        };
        const paste = e => {
            const files = [...(e.clipboardData?.files || [])].map(nameOfPaste);
            if (files.length > 0) {
                e.preventDefault();
                onFiles(files);
            }
        };
        const all = { dragenter: enter, dragleave: leave, dragover: allow, drop, paste };
        Object.entries(all).forEach(([type, f]) => window.addEventListener(type, f));
        return () => Object.entries(all).forEach(([type, f]) => window.removeEventListener(type, f));
    }, [onFiles]);

    const open = () => input.current.click();
    if (openRef) {
        openRef.current = open;
    }
    const chosen = e => {
        const files = [...e.target.files];
        e.target.value = ''; /* so that the same file can be chosen again */
        if (files.length > 0) {
            onFiles(files);
        }
    };
    return html`<div class=${cx('drop', over && 'drop-over', more)}>
        <strong>${title}</strong>
        <${Button} kind="primary" icon="upload" onClick=${open}>${choose}<//>
        <span class="drop-hint">${hint}</span>
        <input ref=${input} type="file" multiple hidden accept=${accept} onChange=${chosen} />
    </div>`;
}
