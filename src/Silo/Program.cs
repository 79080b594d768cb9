using MuSc.Silo.Commands;

return await ClusterCommand.RunAsync(args);
