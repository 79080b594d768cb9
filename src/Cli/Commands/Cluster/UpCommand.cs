namespace MuSc.Cli.Commands.Cluster;

/// <summary><c>musc up</c>: a cluster of several silos on this machine, each a process of this program; to try things out, and for tests.</summary>
internal static class UpCommand
{
    public static MuscCommand Create()
    {
        ServerOptions options = new();
        Option<int> silos = NewOption.Of("--silos, -n", "n", "How many silos.", byDefault: 3).AtLeast(1);
        MuscCommand command = new(
            "up",
            "Serve scoring jobs with several silos on this machine, each a process of its own: to try out what a cluster does.",
            "musc up --silos 3",
            "musc up --silos 2 --data /data/musc --threads 4")
        {
            silos, options.All,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using ServerEnd end = new(parsed.GetValue(options.UntilInputEnds), cancellationToken);
            int count = parsed.GetValue(silos);
            int threads = parsed.GetValue(options.Threads) ?? Math.Max(1, Environment.ProcessorCount / count);
            // Passed on as they were given.
            IEnumerable<string> given = new Option[] { options.Data, options.Memory, options.Device, options.Verbose }
                .Select(parsed.GetResult)
                .Where(option => option is { Implicit: false })
                .SelectMany(option => option!.Tokens.Select(token => token.Value).Prepend(option.Option.Name));
            string[] common = ["--threads", $"{threads}", .. given];
            await using LocalSilos cluster = new(count, common, parsed.GetValue(options.Listen), parsed.GetValue(options.Silo), parsed.GetValue(options.Gateway));
            await cluster.StartAsync(end.Token).ConfigureAwait(false);
            Console.WriteLine($"musc listens on {string.Join(", ", cluster.Addresses)}; {count} silos, processes {string.Join(", ", cluster.Processes)}");
            Console.WriteLine(ServeCommand.SubmitHint("127.0.0.1", cluster.GatewayPort));
            return await cluster.WaitAsync(end.Token).ConfigureAwait(false)
                ? ExitCode.Done
                : throw new JobException(JobErrorKind.Resource, "The first silo ended, and with it the cluster.");
        });
        return command;
    }
}
