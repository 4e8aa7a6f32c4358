// All real servers of a check benchmark in one process: accepts on every address of the namespace and hangs up at once.
// Argument: the port. Says `ready` when it listens.

import { createServer } from 'node:net'

const BACKLOG = 4_096
const server = createServer({ pauseOnConnect: true }, socket => {
  socket.on('error', () => {})
  socket.destroy()
})
server.listen({ host: '0.0.0.0', port: Number(process.argv[2]), backlog: BACKLOG }, () => console.log('ready'))
