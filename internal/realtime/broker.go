package realtime

import "github.com/centrifugal/centrifuge"

// The carrier is the engine's broker and controller, and hears what comes from Redis.
var (
	_ centrifuge.Broker             = (*carrier)(nil)
	_ centrifuge.Controller         = (*carrier)(nil)
	_ centrifuge.BrokerEventHandler = (*carrier)(nil)
)

// RegisterBrokerEventHandler has nothing to do: it is the carrier that Redis speaks to.
func (c *carrier) RegisterBrokerEventHandler(centrifuge.BrokerEventHandler) error { return nil }

// RegisterControlEventHandler has nothing to do: the node is registered when Redis is reached.
func (c *carrier) RegisterControlEventHandler(centrifuge.ControlEventHandler) error { return nil }

// HandlePublication takes what comes from Redis.
func (c *carrier) HandlePublication(
	channel string, p *centrifuge.Publication, at centrifuge.StreamPosition, delta bool, before *centrifuge.Publication,
) error {
	if channel == c.probe {
		c.found(p.Data)
		return nil
	}
	c.hear(channel, p.Data)
	return c.node.HandlePublication(channel, p, at, delta, before)
}

// HandleJoin and HandleLeave are of no use here: a tab says itself where it is.
func (c *carrier) HandleJoin(string, *centrifuge.ClientInfo) error  { return nil }
func (c *carrier) HandleLeave(string, *centrifuge.ClientInfo) error { return nil }

// Subscribe lets a client in whether or not Redis is there; when it is back, what was missed is asked for.
func (c *carrier) Subscribe(channels ...string) error {
	if r := c.there(); r != nil {
		if err := r.broker.Subscribe(channels...); err != nil {
			c.lose(err)
		}
	}
	return nil
}

// Unsubscribe is only a saving.
func (c *carrier) Unsubscribe(channels ...string) error {
	if r := c.there(); r != nil {
		_ = r.broker.Unsubscribe(channels...)
	}
	return nil
}

// Publish sends through Redis, which brings it back here, too; without Redis it reaches this process's clients only.
func (c *carrier) Publish(channel string, data []byte, o centrifuge.PublishOptions) (centrifuge.PublishResult, error) {
	if r := c.there(); r != nil {
		result, err := r.broker.Publish(channel, data, o)
		if err == nil {
			return result, nil
		}
		c.lose(err)
	}
	return centrifuge.PublishResult{}, c.deliver(channel, data)
}

// PublishControl tells the other processes' engines something. Without Redis they learn it when it is back, or never:
// of what is sent, only the end of a session matters to them, and that is checked at each refresh.
func (c *carrier) PublishControl(data []byte, nodeID, key string) error {
	r := c.there()
	if r == nil {
		return nil
	}
	if err := r.broker.PublishControl(data, nodeID, key); err != nil {
		c.lose(err)
	}
	return nil
}

// PublishJoin and PublishLeave are of no use here.
func (c *carrier) PublishJoin(string, *centrifuge.ClientInfo) error  { return nil }
func (c *carrier) PublishLeave(string, *centrifuge.ClientInfo) error { return nil }

// History keeps nothing: a hint that is missed heals at the next one.
func (c *carrier) History(string, centrifuge.HistoryOptions) ([]*centrifuge.Publication, centrifuge.StreamPosition, error) {
	return nil, centrifuge.StreamPosition{}, nil
}

// RemoveHistory has nothing to remove.
func (c *carrier) RemoveHistory(string) error { return nil }
