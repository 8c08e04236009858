/*
 * What people corrected in the open document: sent to the server at once, which keeps it before it
 * answers; then the reading is fetched again, as it is with the correction.
 *
 * Each word or field is a resource of its own.  What is sent says which version was seen, so of two
 * people at the same word the second is told (412) instead of undoing the first unawares.
 */
import { useCallback, useEffect, useRef, useState } from '/kit/html.js';

const pathOf = (id, page, target) =>
    `/v1/documents/${id}/pages/${page}/corrections/${encodeURIComponent(target)}`;

/*
 * Gives { reading, of(page, target), save(page, target, value), undo(page, target) }.
 *
 * `of` is the correction there is, or undefined.  `save` and `undo` reject with the server's Problem;
 * after a 412 `of` knows what the other person wrote, and another try replaces that.
 */
export function useCorrections(api, first) {
    const [reading, setReading] = useState(first);
    const [known, setKnown] = useState(new Map());
    const latest = useRef(known);
    latest.current = known;
    const id = first.id;

    const loadKnown = useCallback(async () => {
        const { corrections } = await api.json(`/v1/documents/${id}/corrections`);
        setKnown(new Map(corrections.map(c => [`${c.page}/${c.target}`, c])));
    }, [api, id]);
    const load = useCallback(async () => {
        const [fresh] = await Promise.all([api.json(`/v1/documents/${id}`), loadKnown()]);
        setReading(fresh);
    }, [api, id]);
    useEffect(() => {
        loadKnown().catch(() => {}); /* the reading shows what matters; saving tells what is wrong */
    }, [loadKnown]);

    const of = (page, target) => known.get(`${page}/${target}`);
    const change = useCallback(async (page, target, request) => {
        const now = latest.current.get(`${page}/${target}`);
        const condition = now ? { 'If-Match': `"${now.revision}"` } : { 'If-None-Match': '*' };
        try {
            await request(pathOf(id, page, target), condition);
        } catch (e) {
            if (e.status === 412 || e.status === 404) {
                await load().catch(() => {});
            }
            throw e;
        }
        await load();
    }, [load]);
    const save = (page, target, value) => change(page, target, (path, condition) =>
        api.put(path, { value }, condition));
    const undo = (page, target) => change(page, target, (path, condition) => api.remove(path, condition));
    return { reading, of, save, undo };
}
