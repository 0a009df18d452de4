package ownership

// RunEveryDay is Run that leaves no day out, to prove that Run leaves none out on
// which anything happens.
func (p *Play) RunEveryDay(l *Life, h Hold, s Span) ([]Event, Hold, error) {
	return p.run(l, h, s, true)
}
