// Child program: a UDP echo that adds its name, so that a client of a virtual address sees who holds it.

import { createSocket } from 'node:dgram'

const [name, port] = [process.argv[2]!, Number(process.argv[3])]
const socket = createSocket('udp6')
socket.on('message', (message, peer) => socket.send(`${message} ${name}`, peer.port, peer.address))
socket.bind(port, '::')
