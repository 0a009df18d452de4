import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a journey receives what the program sends out: a loopback address of its own, so that any other stays refused. */
const address = '127.0.0.2'
const dir = join(tmpdir(), 'changke-e2e-receiver')
const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]

/** What a program is started with that shall reach the receiver: its network, and its certificate in the place of the system's. */
export function reaches() {
  if (!existsSync(cert)) {
    mkdirSync(dir, { recursive: true })
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650', '-subj', '/CN=receiver', '-addext', `subjectAltName=IP:${address}`, '-keyout', key, '-out', cert], { stdio: 'pipe' })
  }
  return { CHANGKE_INNER_NETWORKS: `${address}/32`, SSL_CERT_FILE: cert }
}

/** A delivery as it arrived. */
export interface Delivered { headers: IncomingHttpHeaders; body: string }

/** A vendor's end of a webhook: keeps what it gets and answers as it is told. */
export async function receive() {
  reaches()
  const got: Delivered[] = []
  const answers = { status: 204 }
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => { body += part }).on('end', () => {
      got.push({ headers: request.headers, body })
      response.writeHead(answers.status).end()
    })
  })
  await new Promise<void>((up) => server.listen(0, address, up))
  return {
    got, answers,
    url: `https://${address}:${(server.address() as AddressInfo).port}/changke`,
    close: () => new Promise<void>((down) => { server.close(() => down()); server.closeAllConnections() }),
  }
}

/** Whether a delivery was signed with a secret, as Standard Webhooks say. */
export function signed({ headers, body }: Delivered, secret: string): boolean {
  const text = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
  const mac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(text).digest('base64')
  return String(headers['webhook-signature']).split(' ').includes(`v1,${mac}`)
}
