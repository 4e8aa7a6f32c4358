// Where commands are looked for if the environment has no PATH.

/** As execvp(3) and a login of root have it. */
export const searchPathDefault = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
