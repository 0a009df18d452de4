import { lazy, Suspense, useEffect, useState } from 'react'
import { askWith } from './stepup.ts'

const StepUp = lazy(() => import('../staff/StepUp.tsx'))

/** Shows the one dialog that asks for a proof, whichever page's call needs it. */
export function StepUpHost() {
  const [answer, setAnswer] = useState<(proven: boolean) => void>()
  useEffect(() => askWith(() => new Promise((resolve) => setAnswer(() => resolve))), [])
  if (!answer) return null
  const done = (proven: boolean) => {
    setAnswer(undefined)
    answer(proven)
  }
  return <Suspense><StepUp onDone={done} /></Suspense>
}
