/* Small things a person asks for: copying, downloading; and errors in words. */
import { isOffline } from '/kit/api.js';

/* The reason of a failed request in the reader's language, or in the server's words where it gives a
 * code that is not known here. */
export function reasonOf(t, e) {
    if (isOffline(e)) {
        return t('error.offline');
    }
    return t.or(`error.${e.status}`, t.or(`why.${e.code}`, e.message));
}

/* What the server said besides, for whoever wants to know exactly; '' when the reason says it all. */
export function detailOf(t, e) {
    const said = (e.detail || '').replace('The document cannot be read: ', '');
    return e.status === 422 && said !== reasonOf(t, e) ? said : '';
}

/* Without https the clipboard interface is missing on all but this machine; the old way is left. */
export async function copyText(text) {
    if (navigator.clipboard && isSecureContext) {
        await navigator.clipboard.writeText(text);
        return;
    }
    const area = document.createElement('textarea');
    const before = document.activeElement;
    area.value = text;
    area.className = 'sr';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    before?.focus();
    if (!done) {
        throw new Error('copy');
    }
}

/* Saves the document in a format, under its own name with the format's ending. */
export async function download(api, reading, format, extension) {
    const blob = await api.blob(`/v1/documents/${reading.id}?format=${format}`);
    const url = URL.createObjectURL(blob);
    const a = document.createElement('a');
    a.href = url;
    a.download = reading.name.replace(/\.[^.]{1,5}$/, '') + extension;
    document.body.append(a);
    a.click();
    a.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
}
