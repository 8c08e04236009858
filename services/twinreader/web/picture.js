/*
 * The address of a page's picture.  An <img> cannot send an API key, so with a key the picture is
 * fetched and shown from memory.
 */
import { useEffect, useState } from '/kit/html.js';

export const picturePath = (id, number) => `/v1/documents/${id}/pages/${number}/image`;

/* Gives { url, failed }; both are empty while loading, or when there is no path. */
export function usePicture(api, path) {
    const direct = !api.key;
    const [state, set] = useState({});
    useEffect(() => {
        if (direct || !path) {
            return undefined;
        }
        let url = null;
        let left = false;
        api.blob(path).then(blob => {
            if (!left) {
                url = URL.createObjectURL(blob);
                set({ path, url });
            }
        }, () => !left && set({ path, failed: true }));
        return () => {
            left = true;
            if (url) {
                URL.revokeObjectURL(url);
            }
        };
    }, [api, path, direct]);
    if (direct) {
        return { url: path, failed: false };
    }
    return state.path === path ? state : {};
}
