// Acts that a browser left open must not give away need a proof of the last
// minutes. A call refused for its lack waits until the person has given one,
// and then goes out again by itself: pages know nothing of it.
import { ConnectError, type Interceptor } from '@connectrpc/connect'
import { FaultSchema } from '@changke/gen/fault/v1/fault'

type Ask = () => Promise<boolean>
let ask: Ask | undefined
let asking: Promise<boolean> | undefined

/** Says who asks the person for a proof; gives the way to stop. */
export function askWith(next: Ask): () => void {
  ask = next
  return () => {
    if (ask === next) ask = undefined
  }
}

/** Repeats a call once the person has proven himself; calls at once share one question. */
export const stepUp: Interceptor = (next) => async (req) => {
  try {
    return await next(req)
  } catch (error) {
    if (ConnectError.from(error).findDetails(FaultSchema)[0]?.reason !== 'auth.step_up_needed' || !ask) throw error
    asking ??= ask().finally(() => (asking = undefined))
    if (!(await asking)) throw error
    return await next(req)
  }
}
