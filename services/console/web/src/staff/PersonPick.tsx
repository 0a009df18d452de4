import type { Person } from '@changke/gen/staff/v1/staff'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { find, type Choice } from './find.ts'
import './pick.css'

// As many as a hand scrolls through; whoever is further down is typed for.
const shown = 50

/** A person of the list of staff as one who may be chosen. */
export function choiceOf(p: Person): Choice {
  return { id: p.id, name: p.name, staffNo: p.staffNo, text: p.assignments[0]?.position }
}

interface Props {
  /** For the label that stands above; without one, `label` says what is asked. */
  id?: string
  label?: string
  people: Choice[]
  /** Id of who is chosen; empty = nobody. */
  value: string
  /** What choosing nobody is called. */
  none: string
  disabled?: boolean
  onChange(id: string): void
}

/** Chooses one of many people: by typing a name, 拼音首字母 or a staff number, or from the list. */
export function PersonPick({ id, label, people, value, none, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const listId = useId()
  const [typed, setTyped] = useState<string>() // absent: the list is closed
  const [at, setAt] = useState(0)
  const field = useRef<HTMLInputElement>(null)
  const popup = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const pressed = useRef(false) // somewhere, and not let go
  const open = typed !== undefined
  const found = useMemo(() => (typed === undefined ? [] : find(people, typed)), [people, typed])
  const choices: Choice[] = [...(value && !typed ? [{ id: '', name: none }] : []), ...found.slice(0, shown)]
  const chosen = people.find((p) => p.id === value)
  const word = chosen ? [chosen.name, chosen.staffNo, chosen.text].filter(Boolean).join(' · ') : ''
  const begin = () => {
    if (open) return
    const i = people.findIndex((p) => p.id === value)
    setTyped('')
    setAt(value ? (i < shown ? i + 1 : -1) : 0)
  }
  const close = () => setTyped(undefined)
  const pick = (choice: Choice | undefined) => {
    if (!choice) return
    close()
    if (window.matchMedia('(pointer: coarse)').matches) field.current?.blur() // the keyboard goes
    if (choice.id !== value) onChange(choice.id)
  }
  const press = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return // Enter takes what an input method offers
    const step = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0
    if (!open && (step !== 0 || e.key === 'Enter')) begin()
    else if (open && step !== 0) setAt((at + step + choices.length) % Math.max(1, choices.length))
    else if (open && e.key === 'Enter') pick(choices[at])
    else if (open && e.key === 'Escape') close()
    else return
    e.preventDefault()
  }
  // What is chosen gives way to the next letter, also one of an input method.
  useEffect(() => {
    if (!open && document.activeElement === field.current) field.current?.select()
  }, [open, word])
  // A press elsewhere closes the list once it has done what it aims at, which would
  // move from beneath it.
  useEffect(() => {
    if (!open) return
    const down = () => { pressed.current = true }
    const done = (e: MouseEvent) => {
      pressed.current = false
      if (!box.current?.contains(e.target as Node)) setTyped(undefined)
    }
    document.addEventListener('pointerdown', down, true)
    document.addEventListener('click', done)
    return () => {
      document.removeEventListener('pointerdown', down, true)
      document.removeEventListener('click', done)
      pressed.current = false
    }
  }, [open])
  useEffect(() => {
    if (open) popup.current?.scrollIntoView?.({ block: 'nearest' })
  }, [open])
  useEffect(() => {
    popup.current?.querySelector('[data-at]')?.scrollIntoView?.({ block: 'nearest' })
  }, [at, typed])
  return (
    <div className="person-pick" ref={box}>
      <input
        ref={field} id={id} className="native" role="combobox" aria-label={label} aria-expanded={open} aria-controls={listId} aria-autocomplete="list" aria-activedescendant={open && choices[at] ? `${listId}-${at}` : undefined}
        value={typed ?? word} placeholder={open ? word || t('app.findPerson') : none} disabled={disabled} maxLength={40} autoComplete="off" spellCheck={false}
        onChange={(e) => { setTyped(e.target.value); setAt(0) }} onClick={begin} onFocus={(e) => e.target.select()} onBlur={() => { if (!pressed.current) close() }} onKeyDown={press}
      />
      {open && people.length > 0 && (
        // A press inside leaves the focus, and so the list, where it is.
        <div className="popup" ref={popup} onMouseDown={(e) => e.preventDefault()}>
          <div id={listId} role="listbox" aria-label={label ?? t('app.findPerson')}>
            {choices.map((c, i) => (
              <div key={c.id} id={`${listId}-${i}`} role="option" aria-selected={c.id === value} data-at={i === at ? '' : undefined} onMouseMove={() => setAt(i)} onClick={() => pick(c)}>{c.name} {c.staffNo && <span className="quiet mono">{c.staffNo}</span>} {c.text && <span className="second">{c.text}</span>}</div>
            ))}
          </div>
          {found.length === 0 && <p>{t('app.foundNobody')}</p>}
          {found.length > shown && <p>{t('app.foundMore', { count: found.length - shown })}</p>}
        </div>
      )}
    </div>
  )
}
