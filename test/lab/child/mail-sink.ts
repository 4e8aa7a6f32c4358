// Child program: an SMTP server on 127.0.0.1:25 that prints a line of JSON for each mail and keeps none.

import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { epochNowUs } from '../clock.ts'

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  logger: false,
  onData(stream, session, done) {
    text(stream).then(
      mail => {
        const subject = /^Subject: (.*)$/m.exec(mail)?.[1]?.trim() ?? ''
        const recipients = session.envelope.rcptTo.map(recipient => recipient.address)
        process.stdout.write(`${JSON.stringify({ at: epochNowUs(), subject, recipients })}\n`)
        done()
      },
      (thrown: Error) => done(thrown),
    )
  },
})
server.on('error', thrown => console.error(thrown.message))
server.listen(25, '127.0.0.1', () => process.stdout.write('listening\n'))
