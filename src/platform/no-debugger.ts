/**
 * Imported for what it does, first of all in each program of ours: Node opens its debugger, and with it the keys in its memory,
 * to whoever may send it SIGUSR1, as the agent may. A listener of one's own keeps it shut.
 * @see https://nodejs.org/api/process.html#signal-events
 */
process.on('SIGUSR1', () => undefined);
