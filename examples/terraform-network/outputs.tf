output "default_subnets" {
  value = length(data.aws_subnets.default.ids)
}

output "default_vpc_cidr_block" {
  value = data.aws_vpc.default.cidr_block
}

output "fixed_interface_id" {
  value = aws_network_interface.fixed.id
}

output "fixed_address" {
  value = aws_eip_association.fixed.public_ip
}

output "peering_status" {
  value = data.aws_vpc_peering_connection.shared.status
}

output "public_interfaces" {
  value = length(data.aws_network_interfaces.public.ids)
}

output "service_security_group_id" {
  value = aws_security_group.service.id
}

output "queues_endpoint_id" {
  value = aws_vpc_endpoint.queues.id
}

output "tasks_vpc_id" {
  value = aws_vpc.tasks.id
}
