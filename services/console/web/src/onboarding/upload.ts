import { CustomerImportService } from '@changke/gen/onboarding/v1/onboarding_service'
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
  const there = new Set(list.receivedParts)
  for (let part = 0; part < list.parts; part++) {
    if (!there.has(part)) {
      await client.uploadImportPart({ importId: list.id, part, content: bytes.subarray(part * list.partBytes, (part + 1) * list.partBytes) })
    }
    far((part + 1) / list.parts)
  }
  return list.id
}

// Without a secure connection the browser makes no digest; the upload then begins anew.
async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return crypto.subtle ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)) : new Uint8Array()
}
