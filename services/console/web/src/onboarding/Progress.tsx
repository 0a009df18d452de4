/** How far something is: words, a bar, and what the reader may do meanwhile. Without a share the bar only moves. */
export function Progress({ text, share, note }: { text: string; share?: number; note: string }) {
  return (
    <div className="import-progress" role="status">
      <b>{text}</b>
      <progress max={1} value={share} aria-label={text} />
      <span className="second small">{note}</span>
    </div>
  )
}
