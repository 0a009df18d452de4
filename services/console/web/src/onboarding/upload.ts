import { CustomerImportService } from '@changke/gen/onboarding/v1/onboarding_service'
import type { TillKind } from '@changke/gen/onboarding/v1/till_import'
import { TillImportService } from '@changke/gen/onboarding/v1/till_import_service'
import { createClient, type Transport } from '@connectrpc/connect'

/** How large a file may be. */
export const maxBytes = 32 * 1024 * 1024

/**
 * Brings a file to the server in parts and gives the list's id. An upload of the same file
 * that was cut off goes on where it stood; `far` is told how much is there, from 0 to 1.
 */
export async function uploadList(transport: Transport, file: File, far: (part: number) => void): Promise<string> {
  const client = createClient(CustomerImportService, transport)
  const bytes = new Uint8Array(await file.arrayBuffer())
  const { import: list } = await client.beginImport({ fileName: file.name, sizeBytes: bytes.length, sha256: await digest(bytes) })
  if (!list) throw new Error('no list')
  await bring(list, (part, from, to) => client.uploadImportPart({ importId: list.id, part, content: bytes.subarray(from, to) }), far)
  return list.id
}

/** A file of a till, with the source it comes from; without one a new one. */
export interface TillFile { kind: TillKind; sourceId?: string; file: File }

/** The same for a file of a till. */
export async function uploadTill(transport: Transport, { kind, sourceId = '', file }: TillFile, far: (part: number) => void): Promise<string> {
  const client = createClient(TillImportService, transport)
  const bytes = new Uint8Array(await file.arrayBuffer())
  const { import: till } = await client.beginTillImport({ kind, sourceId, fileName: file.name, sizeBytes: bytes.length, sha256: await digest(bytes) })
  if (!till) throw new Error('no file')
  await bring(till, (part, from, to) => client.uploadTillPart({ importId: till.id, part, content: bytes.subarray(from, to) }), far)
  return till.id
}

async function bring(to: { parts: number; partBytes: number; receivedParts: number[] }, send: (part: number, from: number, to: number) => Promise<unknown>, far: (part: number) => void) {
  const there = new Set(to.receivedParts)
  for (let part = 0; part < to.parts; part++) {
    if (!there.has(part)) await send(part, part * to.partBytes, (part + 1) * to.partBytes)
    far((part + 1) / to.parts)
  }
}

// Without a secure connection the browser makes no digest; the upload then begins anew.
async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return crypto.subtle ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)) : new Uint8Array()
}
