// How long the supervisor waits for the vrrp worker, in one place because the simulation has to wait as long.

/** How often the worker is asked whether it lives. */
export const pingEveryMs = 100
/** Together with a cold start this stays below the shortest lease of one second. */
export const pongWithinMs = 400
/** A worker that was told to stop and has not after so long is resigned for. */
export const stopWithinMs = 2_000
