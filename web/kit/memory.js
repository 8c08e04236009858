/* What a page remembers in this browser; where storage is forbidden it forgets instead of failing. */
export function recall(name) {
    try {
        return localStorage.getItem(name);
    } catch {
        return null;
    }
}

export function remember(name, value) {
    try {
        localStorage.setItem(name, String(value));
    } catch {
        /* private window */
    }
}
