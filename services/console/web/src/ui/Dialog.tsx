import { useLayoutEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from './Icon.tsx'

interface Props {
  title: string
  onClose(): void
  children: ReactNode
  /** At the right edge and as tall as the window, for longer forms. */
  side?: boolean
  /** False: only an act inside closes it, for what is shown once. */
  closable?: boolean
}

/** A dialog of the browser's own: it holds the focus, and the page behind is out of reach. From below on the phone. */
export function Dialog({ title, onClose, children, side, closable = true }: Props) {
  const { t } = useTranslation()
  const self = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const dialog = self.current
    dialog?.showModal()
    // On a phone the keyboard would cover the form before it was seen.
    if (!window.matchMedia('(pointer: coarse)').matches) dialog?.querySelector<HTMLElement>('.dialog-body :is(input, textarea, select, button)')?.focus()
    // Closing before it is taken away gives the focus back to what opened it.
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={self}
      className={side ? 'dialog drawer' : 'dialog'}
      aria-label={title}
      onCancel={(e) => {
        e.preventDefault()
        if (closable) onClose()
      }}
      onClose={() => {
        // A browser may close it over our heads when Escape is pressed twice.
        if (self.current && !self.current.open) {
          if (closable) onClose()
          else self.current.showModal()
        }
      }}
    >
      <header>
        <h2>{title}</h2>
        {closable && <button type="button" className="iconbutton" onClick={onClose} aria-label={t('app.close')}><Icon name="cross" size={18} /></button>}
      </header>
      <div className="dialog-body">{children}</div>
    </dialog>
  )
}
