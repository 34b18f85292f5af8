resource "aws_route53_zone" "corp" {
  name    = "corp.internal"
  comment = "Names of our own"

  vpc {
    vpc_id = data.aws_vpc.default.id
  }
}

resource "aws_route53_record" "database" {
  zone_id = aws_route53_zone.corp.zone_id
  name    = "database"
  type    = "A"
  ttl     = 30
  records = [var.database_address]
}

resource "aws_route53_record" "any" {
  zone_id = aws_route53_zone.corp.zone_id
  name    = "*.apps"
  type    = "CNAME"
  ttl     = 60
  records = ["database.corp.internal"]
}

resource "aws_route53_record" "text" {
  zone_id = aws_route53_zone.corp.zone_id
  name    = "corp.internal"
  type    = "TXT"
  ttl     = 60
  records = ["v=corp1 owner=web"]
}

# One visitor in ten gets to see what is new.
resource "aws_route53_record" "shop" {
  for_each = {
    stable = { weight = 90, address = "10.9.0.10" }
    canary = { weight = 10, address = "10.9.0.11" }
  }

  zone_id        = aws_route53_zone.corp.zone_id
  name           = "shop"
  type           = "A"
  ttl            = 30
  records        = [each.value.address]
  set_identifier = each.key

  weighted_routing_policy {
    weight = each.value.weight
  }
}

resource "aws_route53_health_check" "primary" {
  type              = "TCP"
  ip_address        = "192.0.2.1"
  port              = 5432
  request_interval  = 30
  failure_threshold = 3
}

resource "aws_route53_record" "failover" {
  for_each = {
    PRIMARY   = { address = "10.9.0.20", check = aws_route53_health_check.primary.id }
    SECONDARY = { address = "10.9.0.21", check = null }
  }

  zone_id         = aws_route53_zone.corp.zone_id
  name            = "ledger"
  type            = "A"
  ttl             = 30
  records         = [each.value.address]
  set_identifier  = lower(each.key)
  health_check_id = each.value.check

  failover_routing_policy {
    type = each.key
  }
}

output "zone_id" {
  value = aws_route53_zone.corp.zone_id
}
