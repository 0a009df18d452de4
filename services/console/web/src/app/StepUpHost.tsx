import { lazy, Suspense, useEffect, useState, type ComponentType } from 'react'
import { withWords } from '../i18n/index.ts'
import { askWith } from './stepup.ts'

const StepUp = lazy(() => withWords(() => import('../staff/StepUp.tsx')))

/** What asks: it says whether he has proven himself. */
type Ask = ComponentType<{ onDone(proven: boolean): void }>

/** Shows the one dialog that asks for a proof, whichever page's call needs it. */
export function StepUpHost({ with: Ask = StepUp }: { with?: Ask }) {
  const [answer, setAnswer] = useState<(proven: boolean) => void>()
  useEffect(() => askWith(() => new Promise((resolve) => setAnswer(() => resolve))), [])
  if (!answer) return null
  const done = (proven: boolean) => {
    setAnswer(undefined)
    answer(proven)
  }
  return <Suspense><Ask onDone={done} /></Suspense>
}
