"""Who goes to which door on a day: the draft, the published roster, one stop of it."""

from canteen.blueprints.delivery.rosters import views as views
