output "vpc_id" {
  value = aws_vpc.main.id
}

output "public_subnet_ids" {
  value = aws_subnet.public[*].id
}

output "private_subnet_ids" {
  value = aws_subnet.private[*].id
}

output "isolated_subnet_ids" {
  value = aws_subnet.isolated[*].id
}

output "nat_address" {
  value = aws_eip.nat.public_ip
}

output "web_security_group_id" {
  value = aws_security_group.web.id
}
