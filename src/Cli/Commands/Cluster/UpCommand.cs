namespace MuSc.Cli.Commands.Cluster;

/// <summary><c>musc up</c>: a cluster of several silos on this machine, each a process of this program; to try things out, and for tests.</summary>
internal static class UpCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "up",
            "Serve scoring jobs with several silos on this machine, each a process of its own: to try out what a cluster does.",
            "musc up --silos 3",
            "musc up --silos 2 --data /data/musc --threads 4");
        ServerOptions options = new();
        Option<int> silos = new("--silos", "-n") { Description = "How many silos.", HelpName = "n", DefaultValueFactory = _ => 3 };
        silos.Validators.Add(result => OptionParsers.AtLeast(result, 1));
        command.Options.Add(silos);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using ServerEnd end = new(parsed.GetValue(options.UntilInputEnds), cancellationToken);
            int count = parsed.GetValue(silos);
            int threads = parsed.GetValue(options.Threads) ?? Math.Max(1, Environment.ProcessorCount / count);
            List<string> common = ["--threads", threads.ToString(CultureInfo.InvariantCulture)];
            foreach ((Option option, string? value) in new (Option, string?)[]
            {
                (options.Data, parsed.GetValue(options.Data)),
                (options.Memory, parsed.GetValue(options.Memory)?.ToString(CultureInfo.InvariantCulture)),
                (options.Device, parsed.GetValue(options.Device)),
                (options.Verbose, parsed.GetValue(options.Verbose) ? "true" : null),
            })
            {
                if (value is not null)
                {
                    common.AddRange([option.Name, value]);
                }
            }

            await using LocalSilos cluster = new(count, common, parsed.GetValue(options.Listen), parsed.GetValue(options.Silo), parsed.GetValue(options.Gateway));
            await cluster.StartAsync(end.Token).ConfigureAwait(false);
            Console.WriteLine($"musc listens on {string.Join(", ", cluster.Addresses)}; {count} silos, processes {string.Join(", ", cluster.Processes)}");
            Console.WriteLine(SubmitHint.Of("127.0.0.1", cluster.GatewayPort));
            return await cluster.WaitAsync(end.Token).ConfigureAwait(false)
                ? ExitCode.Done
                : throw new JobException(JobErrorKind.Resource, "The first silo ended, and with it the cluster.");
        });
        return command;
    }
}
