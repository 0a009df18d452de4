import type { ReactNode } from 'react'
import { Icon } from '../ui/Icon.tsx'

/** A label, what it names, and what is wrong with it. */
export function Field({ id, label, help, wrong, children }: { id?: string; label: string; help?: string; wrong?: string | false; children: ReactNode }) {
  return (
    <div className="field">
      {id ? <label htmlFor={id}>{label}</label> : <span className="label">{label}</span>}
      {children}
      {help && !wrong && <span className="help">{help}</span>}
      {wrong && <p className="wrong" role="alert"><Icon name="alert" size={16} />{wrong}</p>}
    </div>
  )
}
