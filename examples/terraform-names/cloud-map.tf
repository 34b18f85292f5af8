resource "aws_service_discovery_private_dns_namespace" "local" {
  name        = "services.local"
  description = "What comes and goes"
  vpc         = data.aws_vpc.default.id
}

resource "aws_service_discovery_service" "web" {
  name = "web"

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.local.id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = var.web_ttl
    }
  }

  health_check_custom_config {
    failure_threshold = 1
  }
}

resource "aws_service_discovery_instance" "web" {
  service_id  = aws_service_discovery_service.web.id
  instance_id = "one"

  attributes = {
    AWS_INSTANCE_IPV4 = "10.9.0.30"
  }
}

resource "aws_service_discovery_http_namespace" "api" {
  name = "api"
}

resource "aws_service_discovery_service" "orders" {
  name         = "orders"
  namespace_id = aws_service_discovery_http_namespace.api.id
}
