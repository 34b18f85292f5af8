output "greeting" {
  value = nonsensitive(data.aws_ssm_parameter.greeting.value)
}

output "token" {
  value = nonsensitive(jsondecode(data.aws_secretsmanager_secret_version.api_token.secret_string)["token"])
}

output "subnets" {
  value = length(data.aws_subnets.default.ids)
}

output "deployer_access_key_id" {
  value = aws_iam_access_key.deployer.id
}

output "deployer_secret_access_key" {
  value     = aws_iam_access_key.deployer.secret
  sensitive = true
}
